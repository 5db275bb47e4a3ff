//! Sums in place: a float that is loaded, added to and stored again is an update.
//!
//! ```text
//! v1 = load s; v2 = v1 + x; store s, v2        =>    add_to s, x
//! v1 = load s; v2 = v1 - x; store s, v2        =>    v3 = -x; add_to s, v3
//! ```
//!
//! The same numbers, since `s - x` is `s + (-x)`. What is only added to needs nothing of its old value in the reverse sweep, and
//! its cotangent is the same before and after, so that iterations which do no more with it do not depend on each other.

use crate::ir::{
    BinOp, EntityMap, Func, Init, Op, OpKind, Place, Region, RetShape, Value, Var, for_each_place, for_each_value,
};
use std::collections::BTreeSet;

/// Makes updates of what are some. Linear in the length of the function, times its depth.
pub fn join(func: &mut Func) {
    let mut uses = vec![0u32; func.values.len()];
    func.walk(func.body, &mut |_, op| {
        for_each_value(&op.kind, &mut |v| uses[v.index()] += 1);
        // Its test is read inside.
        if let OpKind::While { test, .. } = op.kind {
            uses[test.index()] += 1;
        }
    });
    func.ret.for_each_part(&mut |part| match part {
        RetShape::Value(v) => uses[v.index()] += 1,
        RetShape::Ref(p) => p.values().for_each(|v| uses[v.index()] += 1),
        RetShape::Unit | RetShape::Var(_) | RetShape::Tuple(_) => {}
    });
    let body = func.body;
    Joiner { func, uses, writes: EntityMap::default() }.region(body);
}

struct Joiner<'a> {
    func: &'a mut Func,
    uses: Vec<u32>,
    /// How often each variable was written to, so far.
    writes: EntityMap<Var, u32>,
}

/// What a value of the present region is, as far as it matters here.
#[derive(Clone)]
enum Seen {
    /// A load, with the count of writes at that time, and its position.
    Load(Place, u32, usize),
    Sum {
        minus: bool,
        a: Value,
        b: Value,
        at: usize,
    },
}

impl Joiner<'_> {
    fn count(&self, var: Var) -> u32 {
        self.writes.get(&var).copied().unwrap_or(0)
    }

    /// Rewrites a region; gives the variables that it writes to.
    fn region(&mut self, region: Region) -> BTreeSet<Var> {
        let mut ops: Vec<Option<Op>> =
            std::mem::take(&mut self.func.regions[region.index()]).into_iter().map(Some).collect();
        let mut seen: EntityMap<Value, Seen> = EntityMap::default();
        let mut written = BTreeSet::new();
        for at in 0..ops.len() {
            let Some(mut op) = ops[at].take() else { continue };
            for nested in op.kind.regions() {
                let inner = self.region(nested);
                inner.iter().for_each(|v| *self.writes.slot(*v).get_or_insert(0) += 1);
                written.extend(inner);
            }
            match (&op.kind, op.result) {
                (OpKind::Load(p), Some(v)) => drop(seen.insert(v, Seen::Load(p.clone(), self.count(p.base), at))),
                (OpKind::Binary(b @ (BinOp::Add | BinOp::Sub), x, y), Some(v)) => {
                    seen.insert(v, Seen::Sum { minus: *b == BinOp::Sub, a: *x, b: *y, at });
                }
                (OpKind::Store(p, Init::Scalar(v)), _) => {
                    if let Some(added) = self.update(p, *v, &seen, &mut ops) {
                        op.kind = OpKind::AddTo(p.clone(), added);
                    }
                }
                _ => {}
            }
            for_each_place(&op.kind, &mut |p, access| {
                if access.is_write() {
                    *self.writes.slot(p.base).get_or_insert(0) += 1;
                    written.insert(p.base);
                }
            });
            ops[at] = Some(op);
        }
        self.func.regions[region.index()] = ops.into_iter().flatten().collect();
        written
    }

    /// What a store of `v` adds to what is there, if that is what it does. The load and the sum go.
    fn update(&self, p: &Place, v: Value, seen: &EntityMap<Value, Seen>, ops: &mut [Option<Op>]) -> Option<Value> {
        let float = self.func.types.is_float(&self.func.values[v.index()].ty);
        let Seen::Sum { minus, a, b, at } = seen.get(&v)?.clone() else { return None };
        if !float || self.uses[v.index()] != 1 {
            return None;
        }
        let loaded = |x: Value| match seen.get(&x) {
            Some(Seen::Load(from, writes, at)) if from == p && *writes == self.count(p.base) => Some(*at),
            _ => None,
        };
        let (load, position, added) = match (loaded(a), loaded(b)) {
            (Some(position), _) => (a, position, b),
            (None, Some(position)) if !minus => (b, position, a),
            _ => return None,
        };
        if self.uses[load.index()] == 1 {
            ops[position] = None;
        }
        if !minus {
            ops[at] = None;
            return Some(added);
        }
        if let Some(sum) = &mut ops[at] {
            sum.kind = OpKind::Neg(added);
        }
        Some(v)
    }
}
