//! What is computed twice is computed once, and what does not change in a loop is loaded before it.
//!
//! ```text
//! v1 = load x[i]; v2 = load x[i]; v3 = v1 * v2      =>    v1 = load x[i]; v3 = v1 * v1
//! for j in 0..n { v4 = load x[i]; … }               =>    v4 = load x[i]; for j in 0..n { … }
//! ```
//!
//! rustc does as much for the speed of the forward sweep. Here it is for the reverse sweep: what is one value is kept once, and
//! once for the loop instead of once for each iteration. A load moves only where its index is known to be in bounds, since
//! the loop may not run at all. Nothing else moves: of what is computed and not used, infinite say, the
//! derivative is not zero but NaN.

use crate::analysis::fusion::Before;
use crate::hash::HashMap;
use crate::ir::{
    BinOp, EntityMap, EntitySet, Func, Op, OpKind, Place, Proj, Range, Region, RetShape, Value, Var, for_each_place,
    map,
};

/// Shares values. Linear in the length of the function, times its depth.
pub fn share(func: &mut Func) {
    let mut s = Sharer {
        written: EntityMap::default(),
        writes: EntityMap::default(),
        known: HashMap::default(),
        log: Vec::new(),
        same: EntityMap::default(),
        bounds: EntityMap::default(),
        lengths: EntityMap::default(),
        resized: Before::new(func).resized,
        func,
    };
    let body = s.func.body;
    s.find_writes(body);
    s.region(body);
    let mut ret = s.func.ret.clone();
    s.returned(&mut ret);
    s.func.ret = ret;
}

/// What makes two operations the same.
#[derive(PartialEq, Eq, Hash, Clone)]
enum Key {
    Neg(Value),
    Binary(BinOp, Value, Value),
    Rule(&'static str, Vec<Value>),
    Load(Place),
    Len(Place),
}

struct Sharer<'a> {
    func: &'a mut Func,
    /// The variables that a region, with all that is in it, writes to.
    written: EntityMap<Region, Vec<Var>>,
    /// How often each variable was written to, so far.
    writes: EntityMap<Var, u32>,
    /// For each operation that is in scope its value, and the count of writes that it was loaded at.
    known: HashMap<Key, (Value, u32)>,
    /// What `known` was before the present regions.
    log: Vec<(Key, Option<(Value, u32)>)>,
    /// Values that have gone, and what stands for them.
    same: EntityMap<Value, Value>,
    /// The upper bound of each loop's index.
    bounds: EntityMap<Value, Value>,
    /// What lengths and minima are made of, by value.
    lengths: EntityMap<Value, Length>,
    /// Variables whose length may change.
    resized: EntitySet<Var>,
}

#[derive(Clone)]
enum Length {
    /// Of a place, whose variable had been written to so often.
    Of(Place, u32),
    Least(Vec<Value>),
}

impl Sharer<'_> {
    fn find_writes(&mut self, region: Region) -> Vec<Var> {
        let mut out: Vec<Var> = Vec::new();
        for i in 0..self.func.regions[region.index()].len() {
            let op = &self.func.regions[region.index()][i];
            for_each_place(&op.kind, &mut |p, access| {
                if access.is_write() {
                    out.push(p.base);
                }
            });
            for nested in op.kind.regions() {
                out.extend(self.find_writes(nested));
            }
        }
        out.sort_unstable();
        out.dedup();
        self.written.insert(region, out.clone());
        out
    }

    fn count(&self, var: Var) -> u32 {
        self.writes.get(&var).copied().unwrap_or(0)
    }

    fn wrote(&mut self, var: Var) {
        *self.writes.slot(var).get_or_insert(0) += 1;
    }

    fn now(&self, v: Value) -> Value {
        self.same.get(&v).copied().unwrap_or(v)
    }

    fn region(&mut self, region: Region) {
        let mark = self.log.len();
        let ops = std::mem::take(&mut self.func.regions[region.index()]);
        let mut out: Vec<Op> = Vec::with_capacity(ops.len());
        for mut op in ops {
            map(&mut op.kind, &mut |v| self.same.get(&v).copied().unwrap_or(v), &mut |v| v);
            self.note(&op);
            if let Some(v) = op.result
                && let Some(other) = self.shared(&op, v)
            {
                self.same.insert(v, other);
                let name = self.func.values[v.index()].name.take();
                self.func.values[other.index()].name = self.func.values[other.index()].name.take().or(name);
                continue;
            }
            let nested = op.kind.regions();
            let is_loop = matches!(op.kind, OpKind::For { .. } | OpKind::While { .. });
            if is_loop {
                // What a load before the loop gave, a load in it need not give.
                nested.iter().for_each(|r| self.wrote_in(*r));
            }
            for r in &nested {
                self.region(*r);
            }
            if let OpKind::While { test, .. } = &mut op.kind {
                *test = self.now(*test);
            }
            if is_loop {
                self.hoist(&op, region, &mut out);
                nested.iter().for_each(|r| self.wrote_in(*r));
            }
            for_each_place(&op.kind, &mut |p, access| {
                if access.is_write() {
                    *self.writes.slot(p.base).get_or_insert(0) += 1;
                }
            });
            out.push(op);
        }
        self.func.regions[region.index()] = out;
        for (key, before) in self.log.drain(mark..).rev() {
            match before {
                Some(entry) => drop(self.known.insert(key, entry)),
                None => drop(self.known.remove(&key)),
            }
        }
    }

    fn wrote_in(&mut self, region: Region) {
        for var in self.written.get(&region).cloned().unwrap_or_default() {
            self.wrote(var);
        }
    }

    /// What is known of lengths and indices.
    fn note(&mut self, op: &Op) {
        match (&op.kind, op.result) {
            (OpKind::Len(p), Some(v)) => drop(self.lengths.insert(v, Length::Of(p.clone(), self.count(p.base)))),
            (OpKind::Method(m, args), Some(v)) if m == "min" => {
                self.lengths.insert(v, Length::Least(args.clone()));
            }
            (OpKind::For { index, range: Range { hi, inclusive: false, .. }, .. }, _) => {
                self.bounds.insert(*index, *hi);
            }
            _ => {}
        }
    }

    /// The value that an operation of the same kind on the same operands gave.
    fn shared(&mut self, op: &Op, v: Value) -> Option<Value> {
        let (key, var) = match &op.kind {
            OpKind::Neg(a) => (Key::Neg(*a), None),
            OpKind::Binary(b, x, y) => (Key::Binary(*b, *x, *y), None),
            OpKind::Rule(rule, args) => (Key::Rule(rule.name, args.clone()), None),
            OpKind::Load(p) => (Key::Load(p.clone()), Some(p.base)),
            OpKind::Len(p) => (Key::Len(p.clone()), Some(p.base)),
            _ => return None,
        };
        let writes = var.map_or(0, |var| self.count(var));
        match self.known.get(&key) {
            Some((other, at)) if *at == writes => Some(*other),
            _ => {
                let before = self.known.insert(key.clone(), (v, writes));
                self.log.push((key, before));
                None
            }
        }
    }

    /// Moves loads that give the same in each iteration in front of a loop.
    fn hoist(&mut self, op: &Op, region: Region, out: &mut Vec<Op>) {
        let (OpKind::For { body, .. } | OpKind::While { body, .. }) = op.kind else { return };
        let written: Vec<Var> =
            op.kind.regions().iter().flat_map(|r| self.written.get(r).cloned().unwrap_or_default()).collect();
        let ops = std::mem::take(&mut self.func.regions[body.index()]);
        let (moved, stay): (Vec<Op>, Vec<Op>) = ops.into_iter().partition(|op| match &op.kind {
            OpKind::Load(p) => {
                let outside = |v: Value| !self.func.encloses(body, self.func.values[v.index()].region);
                let declared = self.func.vars[p.base.index()].region;
                !p.path.is_empty()
                    && !written.contains(&p.base)
                    && !self.func.encloses(body, declared)
                    && p.values().all(outside)
                    && self.is_in_bounds(p)
            }
            _ => false,
        });
        self.func.regions[body.index()] = stay;
        for op in moved {
            if let Some(v) = op.result {
                self.func.values[v.index()].region = region;
            }
            out.push(op);
        }
    }

    /// Whether loading from a place cannot panic.
    fn is_in_bounds(&self, p: &Place) -> bool {
        (0..p.path.len()).all(|k| match &p.path[k] {
            Proj::Field(_) | Proj::Named(_) => true,
            Proj::Index(i) => {
                let whole = Place { base: p.base, path: p.path[..k].to_vec() };
                self.bounds.get(i).is_some_and(|hi| self.is_length(*hi, &whole))
            }
            // The last step is an index, whose loop has asked for the length of this.
            Proj::Range { .. } => k + 1 < p.path.len(),
            Proj::Variant { .. } => false,
        })
    }

    /// Whether a value is at most the length of a place.
    fn is_length(&self, n: Value, of: &Place) -> bool {
        match self.lengths.get(&n) {
            // The length may have changed since.
            Some(Length::Of(p, writes)) => {
                p == of && (*writes == self.count(p.base) || !self.resized.contains(&p.base))
            }
            Some(Length::Least(args)) => args.iter().any(|a| self.is_length(*a, of)),
            None => false,
        }
    }

    fn returned(&self, ret: &mut RetShape) {
        match ret {
            RetShape::Unit | RetShape::Var(_) => {}
            RetShape::Value(v) => *v = self.now(*v),
            RetShape::Ref(p) => *p = p.map(p.base, |v| self.now(v)),
            RetShape::Tuple(parts) => parts.iter_mut().for_each(|p| self.returned(p)),
        }
    }
}
