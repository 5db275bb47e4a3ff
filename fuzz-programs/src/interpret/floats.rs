//! Arithmetic: values as std computes them, derivatives by the table of partials.

use super::{Eval, Flow, Frame, Interpreter, MAX_MAGNITUDE, fail};
use crate::ops::FloatFn;
use crate::tree::{BinOp, Expr, Ty};
use crate::value::Value;

impl<'p> Interpreter<'p> {
    pub(super) fn float(&mut self, frame: &mut Frame<'p>, e: &'p Expr) -> Eval<(f64, f64)> {
        let value = self.expr(frame, e)?;
        self.unref(value)
    }

    /// A float, also behind references: `&a * &b` and iterator items are references.
    pub(super) fn unref(&mut self, value: Value) -> Eval<(f64, f64)> {
        match value {
            Value::Float { v, d } => Ok((v, d)),
            Value::Ref(place) => {
                let value = self.memory.read(&place)?;
                self.unref(value)
            }
            other => fail(&format!("expected a float, found {other:?}")),
        }
    }

    /// Accepts a result unless it is so large that comparisons would drown in rounding.
    fn sane(&mut self, v: f64, d: f64) -> Eval<Value> {
        let large = |x: f64| x.is_finite() && x.abs() > MAX_MAGNITUDE;
        if large(v) || large(d) { fail("magnitude") } else { Ok(Value::Float { v, d }) }
    }

    fn chained(&mut self, parts: &[(f64, f64)]) -> f64 {
        let mut sum = 0.0;
        for &(partial, d) in parts {
            if !partial.is_finite() {
                self.singular = true;
            }
            if d != 0.0 {
                sum += partial * d;
            }
        }
        sum
    }

    pub(super) fn float_fn(&mut self, f: FloatFn, single: bool, args: &[Value]) -> Eval<Value> {
        let args = args.iter().map(|a| self.unref(a.clone())).collect::<Result<Vec<_>, _>>()?;
        let values: Vec<f64> = args.iter().map(|a| a.0).collect();
        if f == FloatFn::Clamp && values[1].partial_cmp(&values[2]).is_none_or(|o| o.is_gt()) {
            return fail("clamp with lo > hi");
        }
        let y = f.value(single, &values);
        if let Some(piece) = f.piece(&values, y) {
            self.decide(piece);
        }
        let parts: Vec<_> = f.partials(&values, y).into_iter().zip(&args).map(|(p, a)| (p, a.1)).collect();
        if y.is_nan() {
            // Fine as long as a branch discards it; what is computed from it has a product of zero and NaN in its adjoint.
            self.singular |= values.iter().any(|v| !v.is_finite());
            return Ok(Value::Float { v: y, d: f64::NAN });
        }
        let d = self.chained(&parts);
        self.sane(y, d)
    }

    pub(super) fn powi(&mut self, single: bool, base: &Value, n: i64) -> Eval<Value> {
        let (x, d) = self.unref(base.clone())?;
        let Ok(n) = i32::try_from(n) else { return fail("exponent") };
        let y = if single { f64::from((x as f32).powi(n)) } else { x.powi(n) };
        let partial = if n == 0 { 0.0 } else { f64::from(n) * x.powi(n - 1) };
        let d = self.chained(&[(partial, d)]);
        self.sane(y, d)
    }

    /// An integer result, if Rust would not have overflowed.
    pub(super) fn ranged(&mut self, ty: &Ty, i: Option<i64>) -> Eval<Value> {
        let Some(i) = i else { return fail("integer overflow") };
        let fits = match ty {
            Ty::Usize => i >= 0,
            Ty::U8 => u8::try_from(i).is_ok(),
            Ty::U32 => u32::try_from(i).is_ok(),
            Ty::I32 => i32::try_from(i).is_ok(),
            _ => true,
        };
        if fits { Ok(Value::Int(i)) } else { fail("integer overflow") }
    }

    pub(super) fn binary(&mut self, op: BinOp, ty: &Ty, operand: &Ty, a: Value, b: Value) -> Eval<Value> {
        match (&a, &b) {
            (Value::Int(x), Value::Int(y)) => {
                let (x, y) = (*x, *y);
                if op.is_comparison() {
                    return Ok(Value::Bool(compare(op, x.partial_cmp(&y))));
                }
                let z = match op {
                    BinOp::Add => x.checked_add(y),
                    BinOp::Sub => x.checked_sub(y),
                    BinOp::Mul => x.checked_mul(y),
                    BinOp::Div => x.checked_div(y),
                    BinOp::Rem => x.checked_rem(y),
                    BinOp::BitAnd => Some(x & y),
                    BinOp::Shl if (0..31).contains(&y) => x.checked_mul(1 << y),
                    _ => None,
                };
                return self.ranged(ty, z);
            }
            (Value::Bool(x), Value::Bool(y)) => return Ok(Value::Bool(compare(op, x.partial_cmp(y)))),
            _ => {}
        }
        let (x, dx) = self.unref(a)?;
        let (y, dy) = self.unref(b)?;
        if op.is_comparison() {
            return Ok(Value::Bool(compare(op, x.partial_cmp(&y))));
        }
        let single = *operand.peeled() == Ty::F32;
        let z = if single {
            f64::from(arithmetic32(op, x as f32, y as f32)?)
        } else {
            match op {
                BinOp::Add => x + y,
                BinOp::Sub => x - y,
                BinOp::Mul => x * y,
                BinOp::Div => x / y,
                BinOp::Rem => x % y,
                _ => return fail("no such float operator"),
            }
        };
        let d = match op {
            BinOp::Add => dx + dy,
            BinOp::Sub => dx - dy,
            BinOp::Mul => self.chained(&[(y, dx), (x, dy)]),
            BinOp::Div => self.chained(&[(1.0 / y, dx), (-(x / y) / y, dy)]),
            _ => {
                let quotient = (x / y).trunc();
                self.decide(quotient as i64);
                self.chained(&[(1.0, dx), (-quotient, dy)])
            }
        };
        self.sane(z, d)
    }

    pub(super) fn cast(&mut self, frame: &mut Frame<'p>, ty: &Ty, a: &'p Expr) -> Eval<Value> {
        let value = self.expr(frame, a)?;
        match (value, ty) {
            (Value::Int(i), Ty::F64) => Ok(Value::constant(i as f64)),
            (Value::Int(i), Ty::F32) => Ok(Value::constant(f64::from(i as f32))),
            (Value::Int(i), Ty::Usize) if i < 0 => fail("cast of a negative integer"),
            (Value::Int(i), Ty::I32) if i32::try_from(i).is_err() => fail("cast out of range"),
            (Value::Int(i), Ty::U8) if u8::try_from(i).is_err() => fail("cast out of range"),
            (Value::Int(i), Ty::U32) if u32::try_from(i).is_err() => fail("cast out of range"),
            (Value::Int(i), _) => Ok(Value::Int(i)),
            (Value::Bool(b), _) => Ok(Value::Int(i64::from(b))),
            (Value::Float { v, d }, Ty::F64) => Ok(Value::Float { v, d }),
            (Value::Float { v, d }, Ty::F32) => Ok(Value::Float { v: f64::from(v as f32), d }),
            (Value::Float { v, .. }, _) => {
                let i = match (ty, a.ty == Ty::F32) {
                    (Ty::Usize, _) => (v as usize) as i64,
                    (Ty::I32, _) => i64::from(v as i32),
                    (Ty::U8, _) => i64::from(v as u8),
                    (Ty::U32, _) => i64::from(v as u32),
                    _ => v as i64,
                };
                self.decide(i);
                if i.abs() > 1 << 40 { fail("cast of a huge float") } else { Ok(Value::Int(i)) }
            }
            (other, _) => Err(Flow::Fail(format!("no cast of {other:?}"))),
        }
    }
}

fn arithmetic32(op: BinOp, x: f32, y: f32) -> Eval<f32> {
    match op {
        BinOp::Add => Ok(x + y),
        BinOp::Sub => Ok(x - y),
        BinOp::Mul => Ok(x * y),
        BinOp::Div => Ok(x / y),
        BinOp::Rem => Ok(x % y),
        _ => fail("no such float operator"),
    }
}

fn compare(op: BinOp, order: Option<std::cmp::Ordering>) -> bool {
    use std::cmp::Ordering::{Equal, Greater, Less};
    match op {
        BinOp::Lt => order == Some(Less),
        BinOp::Le => matches!(order, Some(Less | Equal)),
        BinOp::Gt => order == Some(Greater),
        BinOp::Ge => matches!(order, Some(Greater | Equal)),
        BinOp::Eq => order == Some(Equal),
        _ => order != Some(Equal),
    }
}
