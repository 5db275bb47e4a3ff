//! The product that is zero where its weight is, for partials with poles: `0 * inf` must not make NaN out of a branch that
//! was not chosen.
//!
//! In a tangent that will be differentiated again it is one operation, [`crate::rules::GUARDED`], with the derivative of a
//! product. Differentiated as the choice that it is emitted as, it would lose its derivative by a weight that happens to be zero.
//!
//! ```text
//! let t = guarded(d, p);        let zero = 0.0; let none = d == zero; let product = p * d;
//!                               let t = if none { zero } else { product };
//! ```
//!
//! Where the partial is `1.0 / x`, the product is `d / x`.

use crate::ir::{BinOp, Func, Op, OpKind, Region, Ty, Value};

/// Writes out what guarded products are. No derivative is taken afterwards.
pub fn expand(func: &mut Func) {
    for r in 0..func.regions.len() {
        let region = Region(r as u32);
        if !func.regions[r].iter().any(|op| operands(op).is_some()) {
            continue;
        }
        for op in std::mem::take(&mut func.regions[r]) {
            let (Some((weight, partial)), Some(result)) = (operands(&op), op.result) else {
                func.regions[r].push(op);
                continue;
            };
            let ty = func.values[result.index()].ty.clone();
            let product = match reciprocal_of(func, region, partial) {
                Some(x) => OpKind::Binary(BinOp::Div, weight, x),
                None => OpKind::Binary(BinOp::Mul, partial, weight),
            };
            let product = func.push_value(region, product, ty.clone(), op.span);
            let zero = func.push_value(region, OpKind::Lit("0.0".into()), ty, op.span);
            let none = func.push_value(region, OpKind::Binary(BinOp::Eq, weight, zero), Ty::Bool, op.span);
            func.regions[r].push(Op { kind: OpKind::Select(none, zero, product), ..op });
        }
    }
}

/// The `x` of a value that was just made by `1.0 / x`.
fn reciprocal_of(func: &Func, region: Region, value: Value) -> Option<Value> {
    let ops = &func.regions[region.index()];
    let [.., one, Op { kind: OpKind::Binary(BinOp::Div, a, x), result, .. }] = &ops[..] else { return None };
    let is_one = matches!(&one.kind, OpKind::Lit(text) if text == "1.0") && one.result == Some(*a);
    (is_one && *result == Some(value)).then_some(*x)
}

fn operands(op: &Op) -> Option<(Value, Value)> {
    match &op.kind {
        OpKind::Rule(rule, args) if rule.name == crate::rules::GUARDED.name => Some((args[0], args[1])),
        _ => None,
    }
}
