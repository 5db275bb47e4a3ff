//! Whether the iterations of a loop depend on each other in the reverse sweep.
//!
//! What one operation does to the cotangent of a variable is one of three things:
//!
//! ```text
//! v = load p        p_bar += v_bar               adds
//! add_to p, v       v_bar += p_bar               reads
//! store p, v        v_bar += p_bar; p_bar = 0    both
//! ```
//!
//! Additions commute, and so do readings. Where a loop does both to a variable, its iterations are independent if each has an
//! element of its own (`out[i] = …`), or begins by overwriting the whole (a work array).

use super::activity::Activity;
use crate::ir::{
    Access, BinOp, Count, EntityMap, EntitySet, Func, Init, Op, OpKind, Place, Proj, Region, Ty, Value, Var, VarKind,
    for_each_place,
};
use std::collections::BTreeMap;

/// What an operation's reverse does to the cotangent of a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Adds,
    Reads,
    Both,
}

impl Mode {
    /// Whether two operations must keep their order.
    pub fn conflicts(self, other: Mode) -> bool {
        self == Mode::Both || self != other
    }
}

pub type Modes = BTreeMap<Var, Mode>;

/// What an operation, with all that is in it, does to the cotangents of the variables around it.
pub fn modes(func: &Func, act: &Activity, shadowed: &dyn Fn(Var) -> bool, op: &Op) -> Modes {
    let mut out = Modes::new();
    of(act, op, &mut out);
    let mut inside = EntitySet::default();
    for nested in op.kind.regions() {
        func.walk(nested, &mut |_, op| {
            of(act, op, &mut out);
            for_each_place(&op.kind, &mut |p, access| {
                if access == Access::Declare {
                    inside.insert(p.base);
                }
            });
        });
    }
    out.retain(|v, _| shadowed(*v) && !inside.contains(v));
    out
}

fn of(act: &Activity, op: &Op, out: &mut Modes) {
    let mut note = |var: Var, mode: Mode| {
        let now = out.entry(var).or_insert(mode);
        if *now != mode {
            *now = Mode::Both;
        }
    };
    match &op.kind {
        OpKind::Load(p) => {
            if op.result.is_some_and(|v| act.value(v)) {
                note(p.base, Mode::Adds);
            }
        }
        OpKind::AddTo(p, v) => {
            if act.value(*v) {
                note(p.base, Mode::Reads);
            }
        }
        OpKind::Matches(..) | OpKind::Effect { .. } | OpKind::KeepShape { .. } | OpKind::KeepCopy { .. } => {}
        kind => for_each_place(kind, &mut |p, access| match access {
            Access::Read => note(p.base, Mode::Adds),
            Access::Declare => note(p.base, Mode::Reads),
            Access::Write | Access::ReadWrite | Access::Move => note(p.base, Mode::Both),
            Access::LenOnly => {}
        }),
    }
}

/// What is known of a function's values and variables.
pub struct Facts<'a> {
    pub func: &'a Func,
    pub positions: &'a EntityMap<Value, (Region, usize)>,
    /// Variables whose length may change.
    pub resized: &'a EntitySet<Var>,
    /// Whether anything may use a variable behind the loop.
    pub used_later: &'a dyn Fn(Var) -> bool,
}

/// The variable that makes the iterations of a loop depend on each other, if there is one.
pub fn independent(facts: &Facts<'_>, op: &Op, modes: &Modes) -> Result<(), Var> {
    let (index, regions) = match &op.kind {
        OpKind::For { index, body, .. } => (Some(*index), vec![*body]),
        OpKind::While { cond, body, .. } => (None, vec![*cond, *body]),
        _ => return Ok(()),
    };
    for (var, mode) in modes {
        if *mode != Mode::Both {
            continue;
        }
        let own = index.is_some_and(|i| facts.has_own_element(*var, i, &regions));
        if !own && !facts.is_private(*var, &regions) {
            return Err(*var);
        }
    }
    Ok(())
}

/// How a run of a region begins with a variable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum First {
    Untouched,
    /// It is overwritten before it is read, as far as it is touched at all.
    Overwritten,
    /// Elements from 0 to this bound are overwritten first.
    UpTo(Value),
    Other,
}

impl Facts<'_> {
    fn definition(&self, v: Value) -> Option<&OpKind> {
        let (r, i) = self.positions.get(&v)?;
        self.func.regions[r.index()].get(*i).map(|op| &op.kind)
    }

    // ---- elements ----

    /// Whether all that a loop does with a variable is with the element, or the part, that belongs to the iteration.
    fn has_own_element(&self, var: Var, index: Value, regions: &[Region]) -> bool {
        let mut first: Option<Vec<Proj>> = None;
        let mut own = true;
        for region in regions {
            self.func.walk(*region, &mut |_, op| {
                for_each_place(&op.kind, &mut |p, access| {
                    if p.base != var || access == Access::LenOnly && p.path.is_empty() {
                        return;
                    }
                    let slot: Vec<Proj> = up_to_index(p);
                    own &= match &first {
                        None => self.is_own_slot(&slot, index),
                        Some(first) => self.same_path(first, &slot),
                    };
                    first.get_or_insert(slot);
                });
            });
        }
        own && first.is_some()
    }

    fn is_own_slot(&self, slot: &[Proj], index: Value) -> bool {
        match slot.last() {
            Some(Proj::Index(k)) => self.is_shifted(*k, index),
            Some(Proj::Range { lo: Some(lo), hi: Some(hi), inclusive: false }) => self.is_chunk(*lo, *hi, index),
            Some(Proj::Range { .. } | Proj::Field(_) | Proj::Named(_) | Proj::Variant { .. }) | None => false,
        }
    }

    /// The index itself, or with something added that does not change.
    fn is_shifted(&self, k: Value, index: Value) -> bool {
        if k == index {
            return true;
        }
        let body = self.func.values[index.index()].region;
        match self.definition(k) {
            Some(OpKind::Binary(BinOp::Add, a, b)) => {
                *a == index && self.is_fixed(*b, body) || *b == index && self.is_fixed(*a, body)
            }
            Some(OpKind::Binary(BinOp::Sub, a, b)) => *a == index && self.is_fixed(*b, body),
            _ => false,
        }
    }

    /// `i * d .. i * d + d`, or `.. (i + 1) * d`
    fn is_chunk(&self, lo: Value, hi: Value, index: Value) -> bool {
        let Some(OpKind::Binary(BinOp::Mul, a, b)) = self.definition(lo) else { return false };
        let body = self.func.values[index.index()].region;
        let d = match (*a == index, *b == index) {
            (true, _) if self.is_fixed(*b, body) => *b,
            (_, true) if self.is_fixed(*a, body) => *a,
            _ => return false,
        };
        match self.definition(hi) {
            Some(OpKind::Binary(BinOp::Add, x, y)) => {
                self.same(*x, lo) && self.same(*y, d) || self.same(*y, lo) && self.same(*x, d)
            }
            Some(OpKind::Binary(BinOp::Mul, x, y)) => {
                let next = |v: Value| match self.definition(v) {
                    Some(OpKind::Binary(BinOp::Add, i, one)) => *i == index && self.is_literal(*one, "1"),
                    _ => false,
                };
                next(*x) && self.same(*y, d) || next(*y) && self.same(*x, d)
            }
            _ => false,
        }
    }

    /// Whether a value is the same in all iterations of the loop with this body: it is computed outside, or from such.
    fn is_fixed(&self, v: Value, body: Region) -> bool {
        let v = self.simplest(v, 0);
        if !self.func.encloses(body, self.func.values[v.index()].region) {
            return true;
        }
        match self.definition(v) {
            Some(OpKind::Lit(_) | OpKind::Path(_)) => true,
            Some(OpKind::Len(p)) => p.path.is_empty() && !self.resized.contains(&p.base),
            Some(OpKind::Binary(_, a, b)) => self.is_fixed(*a, body) && self.is_fixed(*b, body),
            Some(OpKind::Method(m, args)) => m == "min" && args.iter().all(|a| self.is_fixed(*a, body)),
            _ => false,
        }
    }

    /// The same number by a shorter way: the length of `vec![x; n]` is `n`, that of `x[i * d..(i + 1) * d]` is `d`.
    fn simplest(&self, v: Value, depth: usize) -> Value {
        if depth > 6 {
            return v;
        }
        match self.definition(v) {
            Some(OpKind::Len(p)) => match p.path.last() {
                None if !self.resized.contains(&p.base) => match self.declared_length(p.base) {
                    Some(n) => self.simplest(n, depth + 1),
                    None => v,
                },
                Some(Proj::Range { lo, hi: Some(hi), inclusive: false }) => match self.difference(*lo, *hi) {
                    Some(d) => self.simplest(d, depth + 1),
                    None => v,
                },
                _ => v,
            },
            Some(OpKind::Method(m, args)) if m == "min" && args.len() == 2 => {
                let (a, b) = (self.simplest(args[0], depth + 1), self.simplest(args[1], depth + 1));
                if self.same(a, b) { a } else { v }
            }
            _ => v,
        }
    }

    /// The length that a variable was declared with.
    fn declared_length(&self, var: Var) -> Option<Value> {
        let region = self.func.vars[var.index()].region;
        self.func.regions[region.index()].iter().find_map(|op| match &op.kind {
            OpKind::Declare(v, Init::Repeat { len: Count::Value(n), .. }) if *v == var => Some(*n),
            _ => None,
        })
    }

    /// `hi - lo`, where one of them is made from the other.
    fn difference(&self, lo: Option<Value>, hi: Value) -> Option<Value> {
        let Some(lo) = lo.filter(|lo| !self.is_literal(*lo, "0")) else { return Some(hi) };
        match self.definition(hi)? {
            OpKind::Binary(BinOp::Add, x, d) if self.same(*x, lo) => Some(*d),
            OpKind::Binary(BinOp::Add, d, x) if self.same(*x, lo) => Some(*d),
            OpKind::Binary(BinOp::Mul, next, d) => {
                let OpKind::Binary(BinOp::Mul, i, e) = self.definition(lo)? else { return None };
                let OpKind::Binary(BinOp::Add, j, one) = self.definition(*next)? else { return None };
                (self.same(*d, *e) && self.same(*i, *j) && self.is_literal(*one, "1")).then_some(*d)
            }
            _ => None,
        }
    }

    fn is_literal(&self, v: Value, text: &str) -> bool {
        matches!(self.definition(v), Some(OpKind::Lit(t)) if t == text)
    }

    /// Whether two values are the same number, by what they are computed from.
    fn same(&self, a: Value, b: Value) -> bool {
        if a == b {
            return true;
        }
        let (a, b) = (self.simplest(a, 0), self.simplest(b, 0));
        if a == b {
            return true;
        }
        match (self.definition(a), self.definition(b)) {
            (Some(OpKind::Lit(s)), Some(OpKind::Lit(t))) => s == t,
            (Some(OpKind::Path(s)), Some(OpKind::Path(t))) => s.to_string() == t.to_string(),
            (Some(OpKind::Len(p)), Some(OpKind::Len(q))) => {
                p.base == q.base && !self.resized.contains(&p.base) && self.same_path(&p.path, &q.path)
            }
            (Some(OpKind::Binary(o, a, b)), Some(OpKind::Binary(p, x, y))) => {
                o == p && self.same(*a, *x) && self.same(*b, *y)
            }
            (Some(OpKind::Method(m, a)), Some(OpKind::Method(n, b))) => {
                let pure = matches!(m.as_str(), "min" | "saturating_sub");
                pure && m == n && a.len() == b.len() && a.iter().zip(b).all(|(a, b)| self.same(*a, *b))
            }
            _ => false,
        }
    }

    fn same_path(&self, a: &[Proj], b: &[Proj]) -> bool {
        let bound = |a: &Option<Value>, b: &Option<Value>| match (a, b) {
            (Some(a), Some(b)) => self.same(*a, *b),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        a.len() == b.len()
            && a.iter().zip(b).all(|(a, b)| match (a, b) {
                (Proj::Index(i), Proj::Index(j)) => self.same(*i, *j),
                (
                    Proj::Range { lo, hi, inclusive },
                    Proj::Range { lo: other_lo, hi: other_hi, inclusive: other_inclusive },
                ) => inclusive == other_inclusive && bound(lo, other_lo) && bound(hi, other_hi),
                (a, b) => a == b,
            })
    }

    // ---- work arrays ----

    /// Whether each iteration overwrites a variable before it reads it, and nothing reads it behind the loop.
    fn is_private(&self, var: Var, regions: &[Region]) -> bool {
        if !matches!(self.func.vars[var.index()].kind, VarKind::Local) || self.resized.contains(&var) {
            return false;
        }
        let Some((region, conditions)) = regions.split_last() else { return false };
        let in_condition = |r: &Region| self.func.regions[r.index()].iter().any(|op| self.touches(var, op));
        if conditions.iter().any(in_condition) || (self.used_later)(var) {
            return false;
        }
        match self.first(var, *region) {
            First::Untouched | First::Overwritten => true,
            First::UpTo(hi) => self.is_fixed(hi, *region) && self.stays_within(var, *region, hi),
            First::Other => false,
        }
    }

    fn first(&self, var: Var, region: Region) -> First {
        // Overwritten, if what did so ran at all.
        let mut perhaps = false;
        for op in &self.func.regions[region.index()] {
            if !self.touches(var, op) {
                continue;
            }
            let found = self.first_of(var, op);
            match found {
                First::Untouched => {}
                First::Overwritten
                    if matches!(op.kind, OpKind::For { .. } | OpKind::If { .. }) && !self.fills(var, op) =>
                {
                    perhaps = true;
                }
                First::Overwritten | First::UpTo(_) => return found,
                First::Other => return First::Other,
            }
        }
        if perhaps { First::Overwritten } else { First::Untouched }
    }

    fn first_of(&self, var: Var, op: &Op) -> First {
        match &op.kind {
            OpKind::Store(p, init) if self.is_all(p, var) && !self.reads(var, init) => First::Overwritten,
            OpKind::Fill(p, _) if self.is_all(p, var) => First::Overwritten,
            OpKind::CopyFrom(p, from) if self.is_all(p, var) && from.base != var => First::Overwritten,
            OpKind::For { body, .. } => match self.written_in_order(var, op) {
                Some(hi) if self.is_length(hi, var) => First::Overwritten,
                Some(hi) => First::UpTo(hi),
                None => match self.first(var, *body) {
                    First::UpTo(_) => First::Other,
                    found => found,
                },
            },
            OpKind::If { then, els, .. } => match (self.first(var, *then), self.first(var, *els)) {
                (First::Overwritten | First::Untouched, First::Overwritten | First::Untouched) => First::Overwritten,
                _ => First::Other,
            },
            _ => First::Other,
        }
    }

    /// Whether a loop overwrites all of a variable whenever it runs to its end.
    fn fills(&self, var: Var, op: &Op) -> bool {
        self.written_in_order(var, op).is_some_and(|hi| self.is_length(hi, var))
    }

    /// `for i in 0..hi { var[i] = …; … }`, where nothing else of it is touched: the bound.
    fn written_in_order(&self, var: Var, op: &Op) -> Option<Value> {
        let OpKind::For { index, range, body, exit: None } = &op.kind else { return None };
        if range.inclusive || range.step.is_some() || !self.is_literal(range.lo, "0") {
            return None;
        }
        let whole = Place::whole(var).then(Proj::Index(*index));
        let ops = &self.func.regions[body.index()];
        let at = ops.iter().position(|op| self.touches(var, op))?;
        let OpKind::Store(p, Init::Scalar(_)) = &ops[at].kind else { return None };
        let mut own = *p == whole;
        self.func.walk(*body, &mut |_, op| {
            for_each_place(&op.kind, &mut |p, access| {
                own &= p.base != var || access == Access::LenOnly || p.path.first() == whole.path.first();
            });
        });
        own.then_some(range.hi)
    }

    /// Whether all that is written to a variable is below a bound.
    fn stays_within(&self, var: Var, region: Region, hi: Value) -> bool {
        self.func.regions[region.index()].iter().filter(|op| self.touches(var, op)).all(|op| {
            let mut only_read = true;
            let mut look = |op: &Op| {
                for_each_place(&op.kind, &mut |p, access| {
                    only_read &= p.base != var || matches!(access, Access::Read | Access::LenOnly);
                });
            };
            look(op);
            op.kind.regions().into_iter().for_each(|r| self.func.walk(r, &mut |_, op| look(op)));
            only_read || self.written_in_order(var, op).is_some_and(|other| self.same(other, hi))
        })
    }

    fn touches(&self, var: Var, op: &Op) -> bool {
        let mut found = false;
        let mut look = |op: &Op| {
            for_each_place(&op.kind, &mut |p, access| found |= p.base == var && access != Access::LenOnly);
        };
        look(op);
        op.kind.regions().into_iter().for_each(|r| self.func.walk(r, &mut |_, op| look(op)));
        found
    }

    fn is_all(&self, p: &Place, var: Var) -> bool {
        p.base == var && p.path.iter().all(|step| matches!(step, Proj::Range { lo: None, hi: None, .. }))
    }

    fn reads(&self, var: Var, init: &Init) -> bool {
        super::activity::init_any(init, &|_| false, &|p| p.base == var)
    }

    /// Whether a value is the length of a variable.
    fn is_length(&self, n: Value, var: Var) -> bool {
        let n = self.simplest(n, 0);
        if let Some(OpKind::Len(p)) = self.definition(n)
            && p.base == var
            && p.path.is_empty()
        {
            return true;
        }
        if let Ty::Array(_, crate::ir::ty::Len::Known(len)) = self.func.var_ty(var)
            && let Some(OpKind::Lit(text)) = self.definition(n)
        {
            return text.as_ref() == len.as_str();
        }
        let region = self.func.vars[var.index()].region;
        self.func.regions[region.index()].iter().any(|op| match &op.kind {
            OpKind::Declare(v, Init::Repeat { len: Count::Value(len), .. }) => *v == var && self.same(*len, n),
            OpKind::Declare(v, Init::Repeat { len: Count::Const(len), .. }) => {
                let text = match self.definition(n) {
                    Some(OpKind::Lit(t)) => t.to_string(),
                    Some(OpKind::Path(t)) => t.to_string(),
                    _ => return false,
                };
                *v == var && len.to_string() == text
            }
            _ => false,
        })
    }
}

/// The steps of a place up to the first that chooses elements.
fn up_to_index(p: &Place) -> Vec<Proj> {
    let end = p.path.iter().position(|s| matches!(s, Proj::Index(_) | Proj::Range { .. }));
    p.path[..end.map_or(p.path.len(), |e| e + 1)].to_vec()
}
