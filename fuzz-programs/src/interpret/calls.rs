//! Calls of functions and closures.

use super::{Eval, Flow, Frame, Interpreter, MAX_DEPTH, fail};
use crate::tree::Closure;
use crate::value::Value;

impl<'p> Interpreter<'p> {
    pub(super) fn call(&mut self, function: usize, args: Vec<Value>) -> Eval<Value> {
        let program = self.program;
        let function = &program.functions[function];
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return fail("too deep");
        }
        let mark = self.memory.mark();
        let mut frame = Frame { slots: vec![None; program.names.len()], closures: Vec::new() };
        for (param, mut arg) in function.params.iter().zip(args) {
            // What a constant parameter holds is constant. Not so a `&mut` one of a helper: it may hold anything.
            if param.constant {
                arg.every_float(&mut |_, d| *d = 0.0);
            }
            self.bind(&mut frame, param.var, arg);
        }
        let result = match self.block(&mut frame, &function.body) {
            Err(Flow::Return(value)) => Ok(value),
            other => other,
        };
        self.memory.release(mark);
        self.depth -= 1;
        result
    }

    /// A closure runs in the frame that made it: captures are simply the variables.
    pub(super) fn apply(&mut self, frame: &mut Frame<'p>, closure: &'p Closure, args: Vec<Value>) -> Eval<Value> {
        for ((pat, _), arg) in closure.params.iter().zip(args) {
            self.bind_pat(frame, pat, arg)?;
        }
        match self.expr(frame, &closure.body) {
            Err(Flow::Return(value)) => Ok(value),
            other => other,
        }
    }
}
