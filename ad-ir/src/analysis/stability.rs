//! Stability: which loads give the same in the reverse sweep as they did in the forward sweep.
//!
//! This is the "to be recorded" question asked of memory (Hascoët, Naumann, Pascual 2005): a loaded value must be
//! kept only if the memory is overwritten after the load and before the end of the function. Operations are numbered
//! in program order; a write inside a loop counts as lasting to the end of the outermost loop around it, since it
//! runs again after every load in that loop. One pass, linear.

use crate::ir::{
    Access, Arg, EntityMap, EntitySet, Func, Init, Op, OpKind, Place, Region, RetShape, Var, VarKind, for_each_place,
};

/// The side table.
#[derive(Debug, Default)]
pub struct Stability {
    /// For each variable, the last position at which it may still be written to.
    last_write: EntityMap<Var, usize>,
    /// Moved out, or given back as the result: not there in the reverse sweep.
    gone: EntitySet<Var>,
    /// The position of each operation, by region and index.
    positions: EntityMap<Region, Vec<usize>>,
}

impl Stability {
    /// Whether a place read by the operation at this position reads the same in the reverse sweep.
    pub fn holds(&self, func: &Func, place: &Place, region: Region, index: usize) -> bool {
        let data = &func.vars[place.base.index()];
        let reachable = match data.kind {
            VarKind::Extern(_) => return true,
            VarKind::Param(_) => !data.by_ref || !self.last_write.contains_key(&place.base),
            VarKind::Local | VarKind::Generated => data.region == func.body,
            VarKind::ShadowParam { .. } | VarKind::TangentParam { .. } | VarKind::Seed => false,
        };
        let at = self.positions.get(&region).and_then(|p| p.get(index)).copied().unwrap_or(0);
        reachable && !self.gone.contains(&place.base) && self.last_write.get(&place.base).is_none_or(|last| *last <= at)
    }
}

/// Solves stability.
pub fn solve(func: &Func) -> Stability {
    let mut s = Stability::default();
    let mut n = 0;
    walk(func, func.body, None, &mut n, &mut s);
    // An `&mut` parameter belongs to the caller again when the reverse sweep runs.
    for (i, data) in func.vars.iter().enumerate() {
        if let VarKind::Param(_) = data.kind
            && data.by_ref
            && is_mutable_param(func, Var(i as u32))
        {
            s.gone.insert(Var(i as u32));
        }
    }
    returned(&func.ret, &mut s.gone);
    s
}

/// Whether a parameter is `&mut`: recorded by lowering as a write at position 0.
fn is_mutable_param(func: &Func, var: Var) -> bool {
    func.mut_params.contains(&var)
}

fn returned(ret: &RetShape, gone: &mut EntitySet<Var>) {
    match ret {
        RetShape::Var(v) => drop(gone.insert(*v)),
        RetShape::Tuple(parts) => parts.iter().for_each(|p| returned(p, gone)),
        RetShape::Unit | RetShape::Value(_) | RetShape::Ref(_) => {}
    }
}

/// Numbers the operations of a region; writes in a loop are noted at its end, by the caller's `pending`.
fn walk(func: &Func, region: Region, mut pending: Option<&mut Vec<Var>>, n: &mut usize, s: &mut Stability) {
    for op in &func.regions[region.index()] {
        *n += 1;
        s.positions.slot(region).get_or_insert_default().push(*n);
        let at = *n;
        let mut note = |var: Var, s: &mut Stability| match pending.as_deref_mut() {
            Some(list) => list.push(var),
            None => drop(s.last_write.insert(var, at)),
        };
        for_each_place(&op.kind, &mut |p, access| match access {
            Access::Write | Access::ReadWrite | Access::Declare => note(p.base, s),
            Access::Move => {
                note(p.base, s);
                s.gone.insert(p.base);
            }
            Access::Read | Access::LenOnly => {}
        });
        moves(op, s);
        let is_loop = matches!(op.kind, OpKind::For { .. } | OpKind::While { .. });
        let mut list = Vec::new();
        for nested in op.kind.regions() {
            match pending.as_deref_mut() {
                Some(list) => walk(func, nested, Some(list), n, s),
                None if is_loop => walk(func, nested, Some(&mut list), n, s),
                None => walk(func, nested, None, n, s),
            }
        }
        // To the end of the loop, which is after all its operations: a condition runs again after the body.
        for var in list {
            let last = s.last_write.slot(var).get_or_insert(0);
            *last = (*last).max(*n);
        }
    }
}

fn moves(op: &Op, s: &mut Stability) {
    fn init(i: &Init, s: &mut Stability) {
        match i {
            Init::Move(p) | Init::Take(p) => drop(s.gone.insert(p.base)),
            Init::Repeat { elem, .. } => init(elem, s),
            Init::List { elems, .. } | Init::Tuple(elems) => elems.iter().for_each(|e| init(e, s)),
            Init::Record { fields, .. } => fields.iter().for_each(|(_, e)| init(e, s)),
            Init::Uninit | Init::Scalar(_) | Init::NewVec { .. } | Init::Copy { .. } => {}
            Init::ZeroLike(_) | Init::Shape(_) | Init::Popped(_) => {}
        }
    }
    match &op.kind {
        OpKind::Declare(_, i) | OpKind::Store(_, i) | OpKind::Push(_, i) | OpKind::Resize(_, _, i) => init(i, s),
        OpKind::Call(c) => c.args.iter().for_each(|a| {
            if let Arg::Owned(i, _) = a {
                init(i, s);
            }
        }),
        _ => {}
    }
}
