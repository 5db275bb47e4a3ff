//! Removes what is not used, over the forward and the reverse sweep together, and joins neighbouring updates.
//!
//! ```text
//! let mut x_bar = 0.0; x_bar += a;      let mut x_bar = a;
//! x_bar = 0.0; … x_bar += a;            x_bar = a;
//! ```
//!
//! What may panic is removed from the reverse sweep only: where the primal panics, the forward sweep does.
//! Two linear passes, the first repeated until nothing more falls away.

use crate::ir::{
    Access, Func, Init, Op, OpKind, Place, Purity, Region, RetShape, Value, Var, VarKind, for_each_place,
    for_each_value, purity,
};
use std::collections::{HashMap, HashSet};

/// Simplifies a function in place.
pub fn simplify(func: &mut Func) {
    join_updates(func, func.body);
    if let Some(reverse) = func.reverse {
        join_updates(func, reverse);
    }
    // Each round removes what only the last round's victims used; user code needs few rounds.
    while remove_unused(func) {}
}

// ---- dead code ----

fn remove_unused(func: &mut Func) -> bool {
    let mut used: HashSet<Value> = HashSet::new();
    let mut read: HashSet<Var> = HashSet::new();
    // Written to by something that is not removed along with the variable.
    let mut pinned: HashSet<Var> = HashSet::new();
    let mut roots = vec![func.body];
    roots.extend(func.reverse);
    ret_uses(&func.ret, &mut used, &mut read);
    if let Some(dot) = &func.ret_dot {
        ret_uses(dot, &mut used, &mut read);
    }
    for root in &roots {
        func.walk(*root, &mut |_, op| {
            for_each_value(&op.kind, &mut |v| {
                used.insert(v);
            });
            let own = target(&op.kind);
            let removable = removable_write(&op.kind);
            for_each_place(&op.kind, &mut |p, _| {
                if removable != Some(p.base) {
                    pinned.insert(p.base);
                }
            });
            for_each_place(&op.kind, &mut |p, access| match access {
                Access::Read | Access::LenOnly | Access::Move => drop(read.insert(p.base)),
                // An update of a variable is no use of it.
                Access::ReadWrite if own != Some(p.base) => drop(read.insert(p.base)),
                Access::ReadWrite | Access::Write | Access::Declare => {}
            });
            match &op.kind {
                OpKind::For { exit: Some(v), .. } | OpKind::While { exit: Some(v), .. } => drop(read.insert(*v)),
                _ => {}
            }
        });
    }
    let local = |func: &Func, v: Var| {
        matches!(func.vars[v.index()].kind, VarKind::Local | VarKind::Generated) && !func.vars[v.index()].by_ref
    };
    let mut changed = false;
    for r in 0..func.regions.len() {
        let region = Region(r as u32);
        let reverse = func.reverse.is_some_and(|root| func.encloses(root, region));
        let ops = std::mem::take(&mut func.regions[r]);
        let n = ops.len();
        let kept: Vec<Op> = ops
            .into_iter()
            .filter(|op| {
                let unused = op.result.is_none_or(|v| !used.contains(&v));
                match purity(func, &op.kind) {
                    Purity::Pure => !unused,
                    Purity::PureMayPanic => !(unused && (reverse || harmless(&op.kind))),
                    Purity::Effect => match &op.kind {
                        OpKind::KeepShape { residual, .. } | OpKind::KeepCopy { residual, .. } => {
                            read.contains(&residual.0)
                        }
                        OpKind::If { then, els, .. } => {
                            !(func.regions[then.index()].is_empty() && func.regions[els.index()].is_empty())
                        }
                        OpKind::For { body, exit: None, .. } => !func.regions[body.index()].is_empty(),
                        OpKind::Store(p, Init::Scalar(_)) | OpKind::AddTo(p, _) => {
                            !p.path.is_empty()
                                || !local(func, p.base)
                                || read.contains(&p.base)
                                || pinned.contains(&p.base)
                        }
                        OpKind::Declare(v, init) => {
                            let plain =
                                matches!(init, Init::Uninit | Init::Scalar(_) | Init::NewVec { .. } | Init::Shape(_))
                                    || reverse && !matches!(init, Init::Popped(_) | Init::Take(_));
                            !plain || !local(func, *v) || read.contains(v) || pinned.contains(v)
                        }
                        _ => true,
                    },
                }
            })
            .collect();
        changed |= kept.len() != n;
        func.regions[r] = kept;
    }
    changed
}

/// The variable that an operation only gives a value, and which goes when the variable goes.
fn removable_write(kind: &OpKind) -> Option<Var> {
    match kind {
        OpKind::Declare(v, _) => Some(*v),
        OpKind::Store(p, Init::Scalar(_)) | OpKind::AddTo(p, _) if p.path.is_empty() => Some(p.base),
        _ => None,
    }
}

/// What the compiler itself adds where it may not be needed, and which cannot panic.
fn harmless(kind: &OpKind) -> bool {
    match kind {
        OpKind::Method(name, _) => matches!(name.as_str(), "saturating_sub" | "min"),
        OpKind::PathCall(path, _) => path.to_string().contains("count ()"),
        _ => false,
    }
}

fn ret_uses(ret: &RetShape, used: &mut HashSet<Value>, read: &mut HashSet<Var>) {
    match ret {
        RetShape::Unit => {}
        RetShape::Value(v) => drop(used.insert(*v)),
        RetShape::Var(v) => drop(read.insert(*v)),
        RetShape::Ref(p) => {
            used.extend(p.values());
            read.insert(p.base);
        }
        RetShape::Tuple(parts) => parts.iter().for_each(|p| ret_uses(p, used, read)),
    }
}

/// The variable that an operation updates and does not otherwise use.
fn target(kind: &OpKind) -> Option<Var> {
    match kind {
        OpKind::AddTo(p, _) if p.path.is_empty() => Some(p.base),
        _ => None,
    }
}

// ---- updates ----

/// Joins a scalar set to zero with the addition that follows, in one region.
fn join_updates(func: &mut Func, region: Region) {
    let ops = std::mem::take(&mut func.regions[region.index()]);
    let mut out: Vec<Option<Op>> = Vec::with_capacity(ops.len());
    // Scalars that were set to zero and not touched since: where that stands.
    let mut zeroed: HashMap<Var, usize> = HashMap::new();
    let mut zeros: HashSet<Value> = HashSet::new();
    for mut op in ops {
        if let (OpKind::Lit(t), Some(v)) = (&op.kind, op.result)
            && t.to_string() == "0.0"
        {
            zeros.insert(v);
        }
        for nested in op.kind.regions() {
            join_updates(func, nested);
        }
        let place = match &op.kind {
            OpKind::AddTo(p, _) if p.path.is_empty() => Some(p.base),
            _ => None,
        };
        if let (Some(var), OpKind::AddTo(_, v)) = (place, &op.kind)
            && let Some(at) = zeroed.remove(&var)
        {
            let v = *v;
            let declared = matches!(out[at].as_ref().map(|o| &o.kind), Some(OpKind::Declare(..)));
            out[at] = None;
            op.kind = if declared {
                OpKind::Declare(var, Init::Scalar(v))
            } else {
                OpKind::Store(Place::whole(var), Init::Scalar(v))
            };
            out.push(Some(op));
            continue;
        }
        // Whatever else touches a variable ends the wait.
        for var in touched(func, &op.kind) {
            zeroed.remove(&var);
        }
        match &op.kind {
            OpKind::Store(p, Init::Scalar(v)) if p.path.is_empty() && zeros.contains(v) => {
                zeroed.insert(p.base, out.len());
            }
            OpKind::Declare(var, Init::Scalar(v)) if zeros.contains(v) && func.var_ty(*var).is_scalar() => {
                zeroed.insert(*var, out.len());
            }
            _ => {}
        }
        out.push(Some(op));
    }
    func.regions[region.index()] = out.into_iter().flatten().collect();
}

/// The variables that an operation, or a region nested in it, touches.
fn touched(func: &Func, kind: &OpKind) -> Vec<Var> {
    let mut out = Vec::new();
    for_each_place(kind, &mut |p, _| out.push(p.base));
    match kind {
        OpKind::For { exit: Some(v), .. } | OpKind::While { exit: Some(v), .. } => out.push(*v),
        _ => {}
    }
    for nested in kind.regions() {
        func.walk(nested, &mut |_, op| {
            for_each_place(&op.kind, &mut |p, _| out.push(p.base));
        });
    }
    out
}
