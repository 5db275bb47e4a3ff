//! Structs, enums, `Option` and `Result`.

use super::{Eval, Flow, Frame, Interpreter, fail};
use crate::records::{GOOD, Sort};
use crate::tree::{Block, Closure, Conjunct, Expr, Ty, WrapFn};
use crate::value::Value;

impl<'p> Interpreter<'p> {
    /// `S { a: e, ..base }`, `E::V(e)`
    pub(super) fn construct(
        &mut self,
        frame: &mut Frame<'p>,
        ty: &Ty,
        variant: usize,
        fields: &'p [(usize, Expr)],
        base: Option<&'p Expr>,
    ) -> Eval<Value> {
        let Ty::Record(record) = ty else { return fail("a record is expected") };
        let members = &record.variants[variant].members;
        let mut parts = vec![Value::Uninit; members.len()];
        for (i, e) in fields {
            parts[*i] = self.expr(frame, e)?;
        }
        if let Some(base) = base {
            let place = self.peeled(frame, base)?;
            let Value::Tuple(old) = self.memory.read(&place)? else { return fail("a struct is expected") };
            for (i, value) in old.into_iter().enumerate() {
                if fields.iter().all(|(k, _)| *k != i) {
                    parts[i] = value;
                }
            }
        }
        if parts.contains(&Value::Uninit) {
            return fail("a field has no value");
        }
        // A constant field holds constants, whatever it was made from.
        for (m, part) in members.iter().zip(&mut parts) {
            if m.constant {
                part.every_float(&mut |_, d| *d = 0.0);
            }
        }
        Ok(if record.sort == Sort::Struct { Value::Tuple(parts) } else { Value::Variant(variant, parts) })
    }

    /// `s + t`, `s * x`: of the floats, all else is the left operand's.
    pub(super) fn operator(
        &mut self,
        op: crate::tree::BinOp,
        record: &crate::records::Record,
        left: Vec<Value>,
        right: Value,
    ) -> Eval<Value> {
        let mut parts = Vec::new();
        for (i, (m, l)) in record.members().zip(left).enumerate() {
            if m.constant || !m.ty.is_float() {
                parts.push(l);
                continue;
            }
            let r = match &right {
                Value::Tuple(all) => all[i].clone(),
                number => number.clone(),
            };
            parts.push(self.binary(op, &m.ty, &m.ty, l, r)?);
        }
        Ok(Value::Tuple(parts))
    }

    pub(super) fn if_let(
        &mut self,
        frame: &mut Frame<'p>,
        conjuncts: &'p [Conjunct],
        then: &'p Block,
        otherwise: Option<&'p Block>,
    ) -> Eval<Value> {
        for (i, c) in conjuncts.iter().enumerate() {
            let holds = match c {
                Conjunct::Let(pat, e) => {
                    let value = self.expr(frame, e)?;
                    self.matches(frame, pat, &value)?
                }
                Conjunct::If(e) => self.condition(frame, e)?,
            };
            if !holds {
                self.decide(i as i64);
                return otherwise.map_or(Ok(Value::Unit), |block| self.block(frame, block));
            }
        }
        self.decide(-4);
        self.block(frame, then)
    }

    fn parts(&mut self, frame: &mut Frame<'p>, e: &'p Expr) -> Eval<(usize, Vec<Value>)> {
        let mut value = self.expr(frame, e)?;
        while let Value::Ref(place) = value {
            value = self.memory.read(&place)?;
        }
        match value {
            Value::Variant(k, parts) => {
                self.decide(k as i64);
                Ok((k, parts))
            }
            other => fail(&format!("expected a wrapper, found {other:?}")),
        }
    }

    /// `e?`: an error is of the same type in the function's result.
    pub(super) fn propagate(&mut self, frame: &mut Frame<'p>, e: &'p Expr) -> Eval<Value> {
        let (k, mut parts) = self.parts(frame, e)?;
        if k == GOOD { Ok(parts.remove(0)) } else { Err(Flow::Return(Value::Variant(k, parts))) }
    }

    pub(super) fn wrapped(
        &mut self,
        frame: &mut Frame<'p>,
        f: WrapFn,
        receiver: &'p Expr,
        args: &'p [Expr],
        closure: Option<&'p Closure>,
    ) -> Eval<Value> {
        let (k, parts) = self.parts(frame, receiver)?;
        let is_option = receiver.ty.peeled().wrapper().is_some_and(|r| r.sort == Sort::Option);
        // Arguments are evaluated whether they are needed or not; closures are not.
        let args = self.all(frame, args)?;
        let first = || args.first().cloned().map_or_else(|| fail("an argument is missing"), Ok);
        let closure = closure.map_or_else(|| fail("a closure is missing"), Ok);
        let good = k == GOOD;
        match f {
            WrapFn::Unwrap if good => Ok(parts[0].clone()),
            WrapFn::Unwrap => fail("unwrap"),
            WrapFn::IsGood => Ok(Value::Bool(good)),
            WrapFn::IsBad => Ok(Value::Bool(!good)),
            WrapFn::UnwrapOr => {
                if good {
                    Ok(parts[0].clone())
                } else {
                    first()
                }
            }
            WrapFn::UnwrapOrElse if good => Ok(parts[0].clone()),
            WrapFn::UnwrapOrElse => self.apply(frame, closure?, if is_option { Vec::new() } else { parts }),
            WrapFn::Map if good => Ok(Value::Variant(GOOD, vec![self.apply(frame, closure?, parts)?])),
            WrapFn::AndThen if good => self.apply(frame, closure?, parts),
            WrapFn::Map | WrapFn::AndThen => Ok(Value::Variant(k, parts)),
            WrapFn::MapOr => {
                if good {
                    self.apply(frame, closure?, parts)
                } else {
                    first()
                }
            }
            WrapFn::OkOr if good => Ok(Value::Variant(GOOD, parts)),
            WrapFn::OkOr => Ok(Value::Variant(0, vec![first()?])),
            WrapFn::Ok => Ok(Value::Variant(k, if good { parts } else { Vec::new() })),
        }
    }
}

/// `-s`
pub(super) fn negated(ty: &Ty, parts: Vec<Value>) -> Value {
    let Ty::Record(record) = ty else { return Value::Tuple(parts) };
    let negate = |(m, part): (&crate::records::Member, Value)| match part {
        Value::Float { v, d } if !m.constant => Value::Float { v: -v, d: -d },
        other => other,
    };
    Value::Tuple(record.members().zip(parts).map(negate).collect())
}
