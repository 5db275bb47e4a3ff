//! A function in the intermediate form, for the tests of this crate and of the emission.

use crate::ir::*;
use proc_macro2::Span;

/// `let mut x = x0; for i in 0..n { x -= k * x * x; } x`
pub fn decay() -> Func {
    let here = Span::call_site();
    let mut f = Func::new("decay".to_string());
    let body = f.body;
    let [x0, k, n] = [("x0", Ty::F64), ("k", Ty::F64), ("n", Ty::USIZE)].map(|(name, ty)| {
        let v = f.value(ty, here, body);
        f.values[v.index()].name = Some(name.to_string());
        f.params.push(ParamSlot::Value(v));
        v
    });
    let x = f.var("x", Ty::F64, here, VarKind::Local, body);
    f.push(body, OpKind::Declare(x, Init::Scalar(x0)), here);
    let zero = f.push_value(body, OpKind::Lit("0".into()), Ty::USIZE, here);
    let step = f.region(Some(body));
    let i = f.value(Ty::USIZE, here, step);
    let range = Range { lo: zero, hi: n, inclusive: false, rev: false, step: None };
    f.push(body, OpKind::For { index: i, range, body: step, exit: None }, here);
    let old = f.push_value(step, OpKind::Load(Place::whole(x)), Ty::F64, here);
    let kx = f.push_value(step, OpKind::Binary(BinOp::Mul, k, old), Ty::F64, here);
    let kxx = f.push_value(step, OpKind::Binary(BinOp::Mul, kx, old), Ty::F64, here);
    let new = f.push_value(step, OpKind::Binary(BinOp::Sub, old, kxx), Ty::F64, here);
    f.push(step, OpKind::Store(Place::whole(x), Init::Scalar(new)), here);
    let last = f.push_value(body, OpKind::Load(Place::whole(x)), Ty::F64, here);
    f.ret = RetShape::Value(last);
    f
}
