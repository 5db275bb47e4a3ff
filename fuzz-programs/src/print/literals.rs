//! Literals, and the question whether an expression's type hangs on them.

use crate::tree::{BinOp, Block, Expr, Kind, Ty};

pub(super) fn float_literal(v: f64, ty: &Ty, suffix: bool) -> String {
    let name = if *ty == Ty::F32 { "f32" } else { "f64" };
    if v.is_nan() {
        return format!("{name}::NAN");
    }
    if v.is_infinite() {
        return format!("{name}::{}INFINITY", if v < 0.0 { "NEG_" } else { "" });
    }
    let text = if *ty == Ty::F32 { format!("{:?}", v as f32) } else { format!("{v:?}") };
    if suffix { format!("{text}_{name}") } else { text }
}

fn tail_anchored(block: &Block) -> bool {
    block.tail.as_ref().is_none_or(|tail| anchored(tail))
}

/// Whether rustc knows the type of the printed expression without looking at how it is used.
pub(super) fn anchored(e: &Expr) -> bool {
    match &e.kind {
        Kind::Float(v) => !v.is_finite(),
        Kind::Int(_) => e.ty == Ty::Char,
        Kind::VecNew(_) => false,
        Kind::Neg(a) | Kind::Ref(a, _) | Kind::Repeat(a, _) | Kind::VecRepeat(a, _) => anchored(a),
        Kind::Not(a) | Kind::Clone(a, _) | Kind::Stop(a) => anchored(a),
        Kind::Binary(BinOp::Shl, a, _) => anchored(a),
        Kind::Binary(op, a, b) => {
            op.is_comparison() || matches!(op, BinOp::And | BinOp::Or) || anchored(a) || anchored(b)
        }
        Kind::Index(base, _) => anchored(base),
        Kind::Tuple(es) => es.iter().all(anchored),
        Kind::Array(es) | Kind::VecList(es) => es.iter().any(anchored),
        Kind::If(_, then, otherwise) => tail_anchored(then) && otherwise.as_ref().is_none_or(tail_anchored),
        Kind::Match(_, arms) => arms.iter().all(|arm| tail_anchored(&arm.body)),
        Kind::IfLet(_, then, otherwise) => tail_anchored(then) && otherwise.as_ref().is_none_or(tail_anchored),
        Kind::Construct(_, fields, _) => e.ty.wrapper().is_none() || fields.iter().any(|(_, e)| anchored(e)),
        Kind::Block(block) | Kind::Labelled(_, block) => tail_anchored(block),
        _ => true,
    }
}
