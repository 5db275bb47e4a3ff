//! Normal form: every variable has a value where rustc cannot see that it will get one.
//!
//! ```text
//! let result;                                       let mut result = 0.0;
//! if a { result = x; returned = true; }      =>     …
//! if !returned { result = y; }
//! ```
//!
//! Lowering replaces exits by flags, which rustc's definite initialisation does not follow.

use super::zero;
use crate::ir::{Func, Init, Op, OpKind, Region, Ty, Var, for_each_place};

/// Gives a first value to each variable that is not assigned on every path, as rustc sees paths.
pub fn normalise(func: &mut Func) {
    for r in 0..func.regions.len() {
        let region = Region(r as u32);
        let mut i = 0;
        while i < func.regions[r].len() {
            if let OpKind::Declare(var, Init::Uninit) = func.regions[r][i].kind
                && !assigned(func, &func.regions[r][i + 1..], var)
            {
                i += give_value(func, region, i, var);
            }
            i += 1;
        }
    }
}

/// Whether the operations assign the whole variable before they use it, on every path.
fn assigned(func: &Func, ops: &[Op], var: Var) -> bool {
    for op in ops {
        match &op.kind {
            OpKind::Store(p, _) if p.base == var && p.path.is_empty() => return true,
            OpKind::Call(c) if c.result == Some(var) => return true,
            OpKind::Effect { diverges: true, .. } => return true,
            OpKind::If { then, els, .. } => {
                let (t, e) = (&func.regions[then.index()], &func.regions[els.index()]);
                if assigned(func, t, var) && assigned(func, e, var) {
                    return true;
                }
            }
            _ => {}
        }
        if touches(func, op, var) {
            return false;
        }
    }
    // Never used on this path: nothing to initialise.
    false
}

fn touches(func: &Func, op: &Op, var: Var) -> bool {
    let mut found = false;
    for_each_place(&op.kind, &mut |p, _| found |= p.base == var);
    for nested in op.kind.regions() {
        func.walk(nested, &mut |_, op| for_each_place(&op.kind, &mut |p, _| found |= p.base == var));
    }
    found
}

/// Replaces `let x;` at a position; gives the number of operations put before it.
fn give_value(func: &mut Func, region: Region, at: usize, var: Var) -> usize {
    let ty = func.var_ty(var);
    let span = func.vars[var.index()].span;
    let tail = func.regions[region.index()].split_off(at);
    let init = match &ty {
        Ty::Vec(_) => Init::NewVec { capacity: None },
        Ty::Array(..) | Ty::Tuple(_) => blank(func, region, &ty, span),
        // A table chosen among constants is assigned in every branch.
        Ty::Ref(..) => Init::Uninit,
        _ => zero::placeholder(func, region, &ty, span),
    };
    let added = func.regions[region.index()].len() - at;
    func.regions[region.index()].extend(tail);
    func.regions[region.index()][at + added].kind = OpKind::Declare(var, init);
    added
}

fn blank(func: &mut Func, region: Region, ty: &Ty, span: proc_macro2::Span) -> Init {
    match ty {
        Ty::Tuple(parts) => Init::Tuple(parts.iter().map(|p| blank(func, region, p, span)).collect()),
        Ty::Array(e, crate::ir::ty::Len::Known(n)) => {
            let elem = Box::new(blank(func, region, e, span));
            Init::Repeat { elem, len: crate::ir::Count::Const(n.parse().unwrap_or_default()), vec: false }
        }
        Ty::Vec(_) => Init::NewVec { capacity: None },
        other => zero::placeholder(func, region, other, span),
    }
}
