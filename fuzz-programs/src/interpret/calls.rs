//! Calls of functions and closures.

use super::{Eval, Flow, Frame, Interpreter, MAX_DEPTH, fail};
use crate::tree::Closure;
use crate::value::{Step, Value};

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
        let mut scratch = Vec::new();
        for (param, mut arg) in function.params.iter().zip(args) {
            // What a constant parameter holds is constant, and so is what a `&mut` one holds in the end.
            if param.constant {
                match &arg {
                    Value::Ref(place) if param.is_in_out() => scratch.push(place.clone()),
                    Value::Ref(_) => {}
                    _ => arg.each_float(&mut |_, d| *d = 0.0),
                }
            }
            self.bind(&mut frame, param.var, arg);
        }
        let result = match self.block(&mut frame, &function.body) {
            Err(Flow::Return(value)) => Ok(value),
            other => other,
        };
        for place in scratch {
            for i in 0..self.memory.len(&place).unwrap_or(0) {
                let element = place.then(Step::Index(i));
                self.memory.update(&element, |v| v.each_float(&mut |_, d| *d = 0.0))?;
            }
        }
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
