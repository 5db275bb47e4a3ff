//! The interpreter of the program tree with dual numbers: the truth that compiled programs are compared with.
//!
//! It follows Rust's order of evaluation, so values equal rustc's bit for bit, and propagates one exact directional
//! derivative. It also keeps a branch trace (a hash of every decision taken) by which difference quotients across a
//! branch or a kink are recognised, and fails where Rust would panic, so that such samples are thrown away.

mod calls;
mod chains;
mod floats;
mod maybe;
mod places;
mod records;
mod statements;

use crate::tree::{BinOp, Closure, Expr, IntFn, Kind, Predicate, Program, Ty, VarId};
use crate::value::{Memory, Place, Value};

/// How evaluation leaves an expression early.
pub(crate) enum Flow {
    Break(usize, Value),
    Continue(usize),
    Return(Value),
    /// Rust would panic here, or the program left the sane range: the sample is useless.
    Fail(String),
}

impl From<String> for Flow {
    fn from(message: String) -> Flow {
        Flow::Fail(message)
    }
}

pub(crate) type Eval<T> = Result<T, Flow>;

fn fail<T>(message: &str) -> Eval<T> {
    Err(Flow::Fail(message.to_owned()))
}

/// The variables of one call.
pub(crate) struct Frame<'p> {
    slots: Vec<Option<usize>>,
    closures: Vec<Bound<'p>>,
}

/// A closure bound to a name, with the copies that it made if it is a `move` closure.
#[derive(Clone)]
pub(crate) struct Bound<'p> {
    var: VarId,
    closure: &'p Closure,
    copies: Vec<(VarId, usize)>,
}

pub(crate) struct Interpreter<'p> {
    program: &'p Program,
    memory: Memory,
    trace: u64,
    steps: u32,
    depth: u32,
    /// A partial derivative was infinite or NaN: derivatives of this sample are not comparable.
    singular: bool,
}

/// What a run gives.
pub(crate) struct Outcome {
    pub(crate) result: Value,
    /// The final values of the `&mut` parameters, in order.
    pub(crate) in_out: Vec<Value>,
    pub(crate) trace: u64,
    pub(crate) singular: bool,
}

const MAX_STEPS: u32 = 6_000;
const MAX_DEPTH: u32 = 24;
/// Values and derivatives beyond this make rounding errors incomparable.
const MAX_MAGNITUDE: f64 = 1e5;

/// Runs the entry function on arguments whose floats carry the direction in `d`. References are passed as the value
/// they point to.
pub(crate) fn run(program: &Program, args: &[Value]) -> Result<Outcome, String> {
    let mut it = Interpreter { program, memory: Memory::default(), trace: 0, steps: 0, depth: 0, singular: false };
    let entry = program.entry();
    let mut in_out = Vec::new();
    let mut passed = Vec::new();
    for (param, arg) in entry.params.iter().zip(args) {
        if matches!(param.ty, Ty::Ref(..)) {
            let slot = it.memory.alloc(arg.clone());
            let place = Place { slot, path: Vec::new() };
            if param.is_in_out() {
                in_out.push(place.clone());
            }
            passed.push(Value::Ref(place));
        } else {
            passed.push(arg.clone());
        }
    }
    let result = it.call(program.functions.len() - 1, passed).map_err(|flow| match flow {
        Flow::Fail(message) => message,
        _ => "control flow left the function".to_owned(),
    })?;
    let in_out = in_out.iter().map(|place| it.memory.read(place)).collect::<Result<_, _>>()?;
    Ok(Outcome { result, in_out, trace: it.trace, singular: it.singular })
}

impl<'p> Interpreter<'p> {
    fn decide(&mut self, decision: i64) {
        self.trace = (self.trace ^ decision as u64).wrapping_mul(0x0100_0000_01b3).rotate_left(17) ^ 0x9e37_79b9;
    }

    fn step(&mut self) -> Eval<()> {
        self.steps += 1;
        if self.steps > MAX_STEPS { fail("too many steps") } else { Ok(()) }
    }

    fn int(&mut self, frame: &mut Frame<'p>, e: &'p Expr) -> Eval<i64> {
        match self.expr(frame, e)? {
            Value::Int(i) => Ok(i),
            other => fail(&format!("expected an integer, found {other:?}")),
        }
    }

    fn index(&mut self, frame: &mut Frame<'p>, e: &'p Expr) -> Eval<usize> {
        let i = self.int(frame, e)?;
        usize::try_from(i).map_err(|_| Flow::Fail("negative index".into()))
    }

    fn condition(&mut self, frame: &mut Frame<'p>, e: &'p Expr) -> Eval<bool> {
        match self.expr(frame, e)? {
            Value::Bool(b) => Ok(b),
            other => fail(&format!("expected a bool, found {other:?}")),
        }
    }

    fn all(&mut self, frame: &mut Frame<'p>, es: &'p [Expr]) -> Eval<Vec<Value>> {
        es.iter().map(|e| self.expr(frame, e)).collect()
    }

    pub(super) fn expr(&mut self, frame: &mut Frame<'p>, e: &'p Expr) -> Eval<Value> {
        self.step()?;
        match &e.kind {
            Kind::Float(v) => Ok(Value::constant(if e.ty == Ty::F32 { f64::from(*v as f32) } else { *v })),
            Kind::Int(i) => Ok(Value::Int(*i)),
            Kind::Bool(b) => Ok(Value::Bool(*b)),
            Kind::Var(_) | Kind::Index(..) | Kind::Field(..) | Kind::Deref(_) | Kind::Range(..) => {
                let place = self.place(frame, e)?;
                match self.memory.read(&place)? {
                    Value::Uninit => fail("use of an uninitialised value"),
                    value => Ok(value),
                }
            }
            Kind::Ref(target, _) => Ok(Value::Ref(self.place(frame, target)?)),
            Kind::Neg(a) => match self.expr(frame, a)? {
                Value::Float { v, d } => Ok(Value::Float { v: -v, d: -d }),
                Value::Int(i) => self.ranged(&e.ty, i.checked_neg()),
                Value::Tuple(parts) => Ok(records::negated(&e.ty, parts)),
                other => fail(&format!("no negation of {other:?}")),
            },
            Kind::Not(a) => Ok(Value::Bool(!self.condition(frame, a)?)),
            Kind::Binary(BinOp::And, a, b) => Ok(Value::Bool(self.condition(frame, a)? && self.condition(frame, b)?)),
            Kind::Binary(BinOp::Or, a, b) => Ok(Value::Bool(self.condition(frame, a)? || self.condition(frame, b)?)),
            Kind::Binary(op, a, b) => {
                let x = self.expr(frame, a)?;
                let y = self.expr(frame, b)?;
                if let (Ty::Record(record), Value::Tuple(left)) = (&e.ty, &x) {
                    return self.operator(*op, record, left.clone(), y);
                }
                self.binary(*op, &e.ty, &a.ty, x, y)
            }
            Kind::Float1(f, args, _) => {
                let args = self.all(frame, args)?;
                self.float_fn(*f, e.ty == Ty::F32, &args)
            }
            Kind::Powi(base, n, _) => {
                let base = self.expr(frame, base)?;
                let n = self.int(frame, n)?;
                self.powi(e.ty == Ty::F32, &base, n)
            }
            Kind::SinCos(a) => {
                let a = self.expr(frame, a)?;
                let single = matches!(&e.ty, Ty::Tuple(ts) if ts[0] == Ty::F32);
                let s = self.float_fn(crate::ops::FloatFn::Sin, single, std::slice::from_ref(&a))?;
                let c = self.float_fn(crate::ops::FloatFn::Cos, single, &[a])?;
                Ok(Value::Tuple(vec![s, c]))
            }
            Kind::Predicate(p, a) => {
                let (v, _) = self.float(frame, a)?;
                Ok(Value::Bool(match p {
                    Predicate::Nan => v.is_nan(),
                    Predicate::Finite => v.is_finite(),
                    Predicate::SignNegative => v.is_sign_negative(),
                }))
            }
            Kind::Cast(a) => self.cast(frame, &e.ty, a),
            Kind::From(a) => match self.expr(frame, a)? {
                Value::Int(i) => Ok(Value::constant(i as f64)),
                float => Ok(float),
            },
            Kind::IntFn(f, a, b) => {
                let x = self.int(frame, a)?;
                let y = self.int(frame, b)?;
                let z = match f {
                    IntFn::SaturatingSub => Some((x - y).max(0)),
                    IntFn::Min => Some(x.min(y)),
                    IntFn::Max => Some(x.max(y)),
                    IntFn::RemEuclid => x.checked_rem_euclid(y),
                };
                self.ranged(&e.ty, z)
            }
            Kind::Contains(lo, hi, inclusive, a) => {
                let (v, _) = self.float(frame, a)?;
                Ok(Value::Bool(if *inclusive { (*lo..=*hi).contains(&v) } else { (*lo..*hi).contains(&v) }))
            }
            Kind::Tuple(es) => Ok(if es.is_empty() { Value::Unit } else { Value::Tuple(self.all(frame, es)?) }),
            Kind::Array(es) | Kind::VecList(es) => Ok(Value::Seq(self.all(frame, es)?)),
            Kind::Repeat(a, n) => Ok(Value::Seq(vec![self.expr(frame, a)?; *n])),
            Kind::VecRepeat(a, n) => {
                let value = self.expr(frame, a)?;
                let n = self.index(frame, n)?;
                if n > 200 { fail("too long") } else { Ok(Value::Seq(vec![value; n])) }
            }
            Kind::VecNew(capacity) => {
                if let Some(n) = capacity {
                    self.index(frame, n)?;
                }
                Ok(Value::Seq(Vec::new()))
            }
            Kind::Len(a) => {
                let place = self.peeled(frame, a)?;
                Ok(Value::Int(self.memory.len(&place)? as i64))
            }
            Kind::IsEmpty(a) => {
                let place = self.peeled(frame, a)?;
                Ok(Value::Bool(self.memory.len(&place)? == 0))
            }
            Kind::Clone(a, _) => {
                let place = self.peeled(frame, a)?;
                Ok(self.memory.read(&place)?)
            }
            Kind::If(..) | Kind::Match(..) | Kind::Loop { .. } | Kind::Labelled(..) => self.control(frame, e),
            Kind::Block(block) => self.block(frame, block),
            Kind::Stop(a) => {
                let mut value = self.expr(frame, a)?;
                if let Value::Ref(place) = &value {
                    // A constant copy of what is behind the reference; nothing stores through it.
                    let copy = self.memory.read(place)?;
                    value = Value::Ref(Place { slot: self.memory.alloc(copy), path: Vec::new() });
                }
                match &value {
                    Value::Ref(place) => {
                        let place = place.clone();
                        self.memory.update(&place, |v| v.every_float(&mut |_, d| *d = 0.0))?;
                    }
                    _ => value.every_float(&mut |_, d| *d = 0.0),
                }
                Ok(value)
            }
            Kind::ConstN(a) => {
                let place = self.peeled(frame, a)?;
                Ok(Value::Int(self.memory.len(&place)? as i64))
            }
            Kind::Call(f, args, _) => {
                let args = self.all(frame, args)?;
                self.call(*f, args)
            }
            Kind::CallClosure(var, args) | Kind::PassClosure(var, args) => {
                let args = self.all(frame, args)?;
                let Some(bound) = frame.closures.iter().rev().find(|b| b.var == *var).cloned() else {
                    return fail("unknown closure");
                };
                let outside: Vec<_> = bound.copies.iter().map(|(v, _)| (*v, frame.slots[*v])).collect();
                bound.copies.iter().for_each(|(v, slot)| frame.slots[*v] = Some(*slot));
                let result = self.apply(frame, bound.closure, args);
                outside.into_iter().for_each(|(v, slot)| frame.slots[v] = slot);
                result
            }
            Kind::Chain(chain, terminal) => self.chain(frame, &e.ty, chain, terminal),
            Kind::Replace(target, a) => {
                let place = self.place(frame, target)?;
                let new = self.expr(frame, a)?;
                Ok(self.memory.update(&place, |old| std::mem::replace(old, new))?)
            }
            Kind::PopUnwrap(target) => {
                let place = self.peeled(frame, target)?;
                let popped = self.memory.update(&place, |v| match v {
                    Value::Seq(vs) => vs.pop(),
                    _ => None,
                })?;
                popped.map_or_else(|| fail("pop of an empty Vec"), Ok)
            }
            Kind::SplitAt(base, k, _) => {
                let place = self.peeled(frame, base)?;
                let k = self.index(frame, k)?;
                let n = self.memory.len(&place)?;
                if k > n {
                    return fail("split beyond the end");
                }
                let left = place.then(crate::value::Step::Range(0, k));
                let right = place.then(crate::value::Step::Range(k, n));
                Ok(Value::Tuple(vec![Value::Ref(left), Value::Ref(right)]))
            }
            Kind::Construct(variant, fields, base) => self.construct(frame, &e.ty, *variant, fields, base.as_deref()),
            Kind::IfLet(conjuncts, then, otherwise) => self.if_let(frame, conjuncts, then, otherwise.as_ref()),
            Kind::Maybe(maybe, finish) => self.maybe(frame, &e.ty, maybe, finish),
            Kind::ByOrder(a, b, total, arms) => self.by_order(frame, a, b, *total, arms),
            Kind::Try(a) => self.propagate(frame, a),
            Kind::Wrapped(f, a, args, closure) => self.wrapped(frame, *f, a, args, closure.as_ref()),
        }
    }
}
