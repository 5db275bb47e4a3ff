//! Stability: which loads give the same in the reverse sweep as they did in the forward sweep.
//!
//! This is the "to be recorded" question asked of memory (Hascoët, Naumann, Pascual 2005): a loaded value must be
//! kept only if the memory is overwritten after the load and before the end of the function. Operations are numbered
//! in program order; a write inside a loop counts as lasting to the end of the outermost loop around it, since it
//! runs again after every load in that loop. One pass, linear.
//!
//! A fused loop ([`super::fusion`]) is reversed at the end of each iteration: what counts there are writes before that end.

use super::fusion::{Before, Fusion};
use crate::ir::{
    Access, Arg, EntityMap, EntitySet, Func, Init, Op, OpKind, Place, Region, RetShape, Var, VarKind, for_each_place,
};

/// The side table.
#[derive(Debug, Default)]
pub struct Stability {
    /// For each variable the positions at which it may be written to, ascending.
    writes: EntityMap<Var, Vec<usize>>,
    /// Moved out, or given back as the result: not there in the reverse sweep.
    gone: EntitySet<Var>,
    /// The position of each operation, by region and index.
    positions: EntityMap<Region, Vec<usize>>,
    /// The last position of each home: of the body none.
    ends: EntityMap<Region, usize>,
    fusion: Fusion,
    /// Variables whose length may change.
    resized: EntitySet<Var>,
}

impl Stability {
    /// Whether a place read by the operation at this position reads the same in the reverse sweep.
    pub fn holds(&self, func: &Func, place: &Place, region: Region, index: usize) -> bool {
        let data = &func.vars[place.base.index()];
        let home = self.fusion.home(func, region);
        let joint = self.fusion.joint;
        let reachable = match data.kind {
            VarKind::Extern(_) => return true,
            VarKind::Param(_) => joint || !data.by_ref || !self.writes.contains_key(&place.base),
            VarKind::Local | VarKind::Generated => data.region == home || self.encloses_home(func, data.region, home),
            VarKind::ShadowParam { .. } | VarKind::TangentParam { .. } | VarKind::Seed => false,
        };
        let at = self.positions.get(&region).and_then(|p| p.get(index)).copied().unwrap_or(0);
        let end = self.ends.get(&home).copied().unwrap_or(usize::MAX);
        let next = self.writes.get(&place.base).and_then(|w| w.get(w.partition_point(|w| *w <= at)));
        reachable && !self.gone.contains(&place.base) && next.is_none_or(|w| *w > end)
    }

    /// The same of its length, which only some writes change.
    pub fn holds_length(&self, func: &Func, place: &Place, region: Region, index: usize) -> bool {
        let data = &func.vars[place.base.index()];
        let there = match data.kind {
            VarKind::Local | VarKind::Generated => {
                let home = self.fusion.home(func, region);
                data.region == home || self.encloses_home(func, data.region, home)
            }
            VarKind::Param(_) | VarKind::Extern(_) => true,
            VarKind::ShadowParam { .. } | VarKind::TangentParam { .. } | VarKind::Seed => false,
        };
        let fixed = there && !self.gone.contains(&place.base) && !self.resized.contains(&place.base);
        fixed || self.holds(func, place, region, index)
    }

    fn encloses_home(&self, func: &Func, outer: Region, home: Region) -> bool {
        self.fusion.joint && self.fusion.is_home(func, outer) && func.encloses(outer, home)
    }
}

/// Solves stability.
pub fn solve(func: &Func, fusion: &Fusion) -> Stability {
    let mut s = Stability { fusion: fusion.clone(), resized: Before::new(func).resized, ..Stability::default() };
    let mut n = 0;
    walk(func, func.body, None, &mut n, &mut s);
    // An `&mut` parameter belongs to the caller again when the reverse sweep runs.
    for (i, data) in func.vars.iter().enumerate() {
        if let VarKind::Param(_) = data.kind
            && data.by_ref
            && is_mutable_param(func, Var(i as u32))
            && !fusion.joint
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
            None => s.writes.slot(var).get_or_insert_default().push(at),
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
        let is_loop = match &op.kind {
            OpKind::For { body, .. } | OpKind::While { body, .. } => !s.fusion.homes.contains(body),
            _ => false,
        };
        let mut list = Vec::new();
        for nested in op.kind.regions() {
            match pending.as_deref_mut() {
                Some(list) => walk(func, nested, Some(list), n, s),
                None if is_loop => walk(func, nested, Some(&mut list), n, s),
                None => walk(func, nested, None, n, s),
            }
            if s.fusion.is_home(func, nested) {
                s.ends.insert(nested, *n);
            }
        }
        // To the end of the loop, which is after all its operations: a condition runs again after the body.
        for var in list {
            let writes = s.writes.slot(var).get_or_insert_default();
            if writes.last() != Some(n) {
                writes.push(*n);
            }
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
