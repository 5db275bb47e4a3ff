//! Short constructors of tree nodes.

use crate::ops::FloatFn;
use crate::tree::{BinOp, Block, Expr, Kind, Stmt, Ty};

pub(crate) fn expr(ty: Ty, kind: Kind) -> Expr {
    Expr { ty, kind }
}

pub(crate) fn int(ty: Ty, i: i64) -> Expr {
    expr(ty, Kind::Int(i))
}

pub(crate) fn usize_lit(i: usize) -> Expr {
    int(Ty::Usize, i as i64)
}

pub(crate) fn float(ty: &Ty, v: f64) -> Expr {
    expr(ty.clone(), Kind::Float(v))
}

pub(crate) fn bin(op: BinOp, a: Expr, b: Expr) -> Expr {
    let ty = if op.is_comparison() || matches!(op, BinOp::And | BinOp::Or) { Ty::Bool } else { a.ty.peeled().clone() };
    expr(ty, Kind::Binary(op, Box::new(a), Box::new(b)))
}

pub(crate) fn call1(f: FloatFn, args: Vec<Expr>, path: bool) -> Expr {
    expr(args[0].ty.peeled().clone(), Kind::Float1(f, args, path))
}

pub(crate) fn neg(a: Expr) -> Expr {
    expr(a.ty.clone(), Kind::Neg(Box::new(a)))
}

pub(crate) fn deref(a: Expr) -> Expr {
    match a.ty.clone() {
        Ty::Ref(inner, _) => expr(*inner, Kind::Deref(Box::new(a))),
        _ => a,
    }
}

pub(crate) fn index(base: Expr, i: Expr) -> Expr {
    let element = base.ty.element().expect("indexed values are sequences").clone();
    expr(element, Kind::Index(Box::new(base), Box::new(i)))
}

pub(crate) fn field(base: Expr, i: usize) -> Expr {
    let ty = match (base.ty.peeled(), base.ty.structure()) {
        (Ty::Tuple(ts), _) => ts[i].clone(),
        (_, Some(r)) => r.variants[0].members[i].ty.clone(),
        (other, _) => unreachable!("field of {other:?}"),
    };
    expr(ty, Kind::Field(Box::new(base), i))
}

pub(crate) fn len(base: Expr) -> Expr {
    expr(Ty::Usize, Kind::Len(Box::new(base)))
}

pub(crate) fn reference(place: Expr, mutable: bool) -> Expr {
    expr(Ty::Ref(Box::new(place.ty.clone()), mutable), Kind::Ref(Box::new(place), mutable))
}

/// `base[lo..hi]`, a slice.
pub(crate) fn range(base: Expr, lo: Option<Expr>, hi: Option<Expr>) -> Expr {
    let element = base.ty.element().expect("ranged values are sequences").clone();
    expr(element.slice(), Kind::Range(Box::new(base), lo.map(Box::new), hi.map(Box::new)))
}

pub(crate) fn cast(ty: &Ty, a: Expr) -> Expr {
    expr(ty.clone(), Kind::Cast(Box::new(a)))
}

pub(crate) fn yields(value: Expr) -> Block {
    Block { stmts: Vec::new(), tail: Some(Box::new(value)) }
}

pub(crate) fn does(stmts: Vec<Stmt>) -> Block {
    Block { stmts, tail: None }
}

pub(crate) fn if_then(cond: Expr, then: Vec<Stmt>) -> Stmt {
    Stmt::Expr(expr(Ty::Unit, Kind::If(Box::new(cond), does(then), None)))
}
