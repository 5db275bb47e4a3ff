//! Removes what is not used, over the forward and the reverse sweep together, and joins neighbouring updates.
//!
//! ```text
//! let mut x_bar = 0.0; x_bar += a;      let mut x_bar = a;
//! x_bar = 0.0; … x_bar += a;            x_bar = a;
//! ```
//!
//! What may panic is removed from the reverse sweep only: where the primal panics, the forward sweep does.
//! Linear in the size of the function.

use crate::hash::HashMap;
use crate::ir::{
    Access, EntitySet, Func, Init, Op, OpKind, Place, Purity, Region, RetShape, Value, Var, VarKind, for_each_place,
    for_each_value, purity,
};

/// Simplifies a function in place.
pub fn simplify(func: &mut Func) {
    let zeros = zeros(func);
    join_updates(func, func.body, &zeros);
    if let Some(reverse) = func.reverse {
        join_updates(func, reverse, &zeros);
    }
    remove_unused(func);
}

// ---- dead code ----

/// How often each value and variable is used by what is left.
struct Uses {
    values: Vec<u32>,
    read: Vec<u32>,
    /// Written to by something that is not removed along with the variable.
    pinned: Vec<u32>,
}

impl Uses {
    /// Counts what an operation uses, or takes it back.
    fn count(&mut self, kind: &OpKind, by: i32) {
        let add = |n: &mut u32| *n = n.wrapping_add_signed(by);
        for_each_value(kind, &mut |v| add(&mut self.values[v.index()]));
        let own = target(kind);
        let removable = removable_write(kind);
        for_each_place(kind, &mut |p, access| {
            if removable != Some(p.base) {
                add(&mut self.pinned[p.base.index()]);
            }
            match access {
                Access::Read | Access::LenOnly | Access::Move => add(&mut self.read[p.base.index()]),
                // An update of a variable is no use of it.
                Access::ReadWrite if own != Some(p.base) => add(&mut self.read[p.base.index()]),
                Access::ReadWrite | Access::Write | Access::Declare => {}
            }
        });
    }

    fn ret(&mut self, ret: &RetShape) {
        match ret {
            RetShape::Unit => {}
            RetShape::Value(v) => self.values[v.index()] += 1,
            RetShape::Var(v) => self.read[v.index()] += 1,
            RetShape::Ref(p) => {
                p.values().for_each(|v| self.values[v.index()] += 1);
                self.read[p.base.index()] += 1;
            }
            RetShape::Tuple(parts) => parts.iter().for_each(|p| self.ret(p)),
        }
    }

    /// Whether a local's value is never looked at.
    fn dead(&self, func: &Func, v: Var) -> bool {
        let data = &func.vars[v.index()];
        matches!(data.kind, VarKind::Local | VarKind::Generated)
            && !data.by_ref
            && self.read[v.index()] == 0
            && self.pinned[v.index()] == 0
    }
}

/// Uses stand behind definitions, so one pass from the end finds nearly all; loops may need another.
fn remove_unused(func: &mut Func) {
    let mut uses =
        Uses { values: vec![0; func.values.len()], read: vec![0; func.vars.len()], pinned: vec![0; func.vars.len()] };
    uses.ret(&func.ret);
    func.ret_dot.iter().for_each(|dot| uses.ret(dot));
    // The regions in program order, each with whether it is of the reverse sweep.
    let mut order = vec![(func.body, false)];
    func.walk(func.body, &mut |_, op| {
        uses.count(&op.kind, 1);
        order.extend(op.kind.regions().into_iter().map(|r| (r, false)));
    });
    if let Some(reverse) = func.reverse {
        order.push((reverse, true));
        func.walk(reverse, &mut |_, op| {
            uses.count(&op.kind, 1);
            order.extend(op.kind.regions().into_iter().map(|r| (r, true)));
        });
    }
    let mut changed = true;
    while changed {
        changed = false;
        for (region, reverse) in order.iter().rev() {
            let mut ops = std::mem::take(&mut func.regions[region.index()]);
            let n = ops.len();
            let mut stays = vec![true; n];
            for (op, stays) in ops.iter().zip(&mut stays).rev() {
                if removable(func, op, &uses, *reverse || func.is_of_reverse(op)) {
                    uses.count(&op.kind, -1);
                    *stays = false;
                    changed = true;
                }
            }
            let mut stays = stays.into_iter();
            ops.retain(|_| stays.next().unwrap_or(true));
            func.regions[region.index()] = ops;
        }
    }
}

fn removable(func: &Func, op: &Op, uses: &Uses, reverse: bool) -> bool {
    let empty = |r: Region| func.regions[r.index()].is_empty();
    let unused = op.result.is_none_or(|v| uses.values[v.index()] == 0);
    match purity(func, &op.kind) {
        Purity::Pure => unused,
        Purity::PureMayPanic => unused && (reverse || harmless(&op.kind)),
        Purity::Effect => match &op.kind {
            OpKind::KeepShape { residual, .. } | OpKind::KeepCopy { residual, .. } => {
                uses.read[residual.0.index()] == 0
            }
            OpKind::If { then, els, .. } => empty(*then) && empty(*els),
            OpKind::For { body, exit: None, .. } => empty(*body),
            OpKind::Store(p, Init::Scalar(_)) | OpKind::AddTo(p, _) => p.path.is_empty() && uses.dead(func, p.base),
            OpKind::Declare(v, init) => {
                let plain = matches!(init, Init::Uninit | Init::Scalar(_) | Init::NewVec { .. } | Init::Shape(_))
                    || reverse && !matches!(init, Init::Popped(_) | Init::Take(_));
                plain && uses.dead(func, *v)
            }
            _ => false,
        },
    }
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

/// The variable that an operation updates and does not otherwise use.
fn target(kind: &OpKind) -> Option<Var> {
    match kind {
        OpKind::AddTo(p, _) if p.path.is_empty() => Some(p.base),
        _ => None,
    }
}

// ---- updates ----

/// The values that are `0.0`.
fn zeros(func: &Func) -> EntitySet<Value> {
    let mut out = EntitySet::default();
    for op in func.regions.iter().flatten() {
        if let (OpKind::Lit(t), Some(v)) = (&op.kind, op.result)
            && t == "0.0"
        {
            out.insert(v);
        }
    }
    out
}

/// Joins a scalar set to zero with the addition that follows, in one region.
fn join_updates(func: &mut Func, region: Region, zeros: &EntitySet<Value>) {
    let ops = std::mem::take(&mut func.regions[region.index()]);
    let mut out: Vec<Option<Op>> = Vec::with_capacity(ops.len());
    // Scalars that were set to zero and not touched since: where that stands.
    let mut zeroed: HashMap<Var, usize> = HashMap::default();
    for mut op in ops {
        for nested in op.kind.regions() {
            join_updates(func, nested, zeros);
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
        if !zeroed.is_empty() {
            for var in touched(func, &op.kind) {
                zeroed.remove(&var);
            }
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
