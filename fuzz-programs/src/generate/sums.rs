//! Sums, work arrays and elements of an iteration's own: loops that may run forward and in reverse together, and loops that look
//! like them.

use super::Gen;
use super::build::{bin, does, expr, float, if_then, index, range, reference, usize_lit};
use super::features::Feature as F;
use super::loops::range_chain;
use super::scope::{Access, Dim};
use crate::ops::FloatFn;
use crate::tree::{Action, BinOp, Expr, Kind, Pat, Stmt, Ty, VarId};

impl Gen<'_> {
    /// `let mut s = 0.0; for i in 0..n { …; s += …; } let y = s * w;`
    pub(super) fn reduction(&mut self, depth: u32) -> Vec<Stmt> {
        let mut out = Vec::new();
        let sums = self.sums(&mut out);
        out.push(self.sum_loop(&sums, depth, |_, _| Vec::new()));
        out.extend(self.after(&sums));
        out
    }

    /// A work array outside of the loop, which an iteration overwrites more or less, and then reads.
    pub(super) fn work_array(&mut self, depth: u32) -> Option<Vec<Stmt>> {
        let mut out = Vec::new();
        let (work, dim) = self.array(&mut out)?;
        let sums = self.sums(&mut out);
        // Nothing in the body borrows it.
        let mark = self.enter();
        variable(&work).into_iter().for_each(|v| self.restrict(v, Access::Hidden));
        let early = self.dice.chance(0.15);
        out.push(self.sum_loop(&sums, depth, |g, _| {
            let mut body = Vec::new();
            if early {
                body.extend(g.read(&work, dim, &sums));
            }
            body.extend(g.overwrite(&work, dim));
            if g.dice.chance(0.4) {
                body.extend(g.change(&work, dim));
            }
            body.extend(g.read(&work, dim, &sums));
            if g.dice.chance(0.15) {
                body.extend(g.change(&work, dim));
            }
            body
        }));
        self.leave(mark);
        if self.dice.chance(0.3) {
            out.extend(self.read(&work, dim, &sums));
        }
        out.extend(self.after(&sums));
        Some(out)
    }

    /// `out[i] = …`, `out[i + 1] = …`, `out[2 * i..2 * i + 2]`, and what is then made of it.
    pub(super) fn elementwise(&mut self, depth: u32) -> Option<Vec<Stmt>> {
        let mut out = Vec::new();
        let dim = self.some_dim();
        let n = self.dim_expr(dim)?;
        let n = bin(BinOp::Add, bin(BinOp::Mul, usize_lit(2), n), usize_lit(2));
        let made = self.floats_of(n);
        out.push(made);
        let array = self.scope.last()?.expr();
        self.scope.last_mut()?.dims.clear();
        let var = self.scope.last()?.var;
        self.pin(var);
        let sums = self.sums(&mut out);
        let mark = self.enter();
        self.restrict(var, Access::Hidden);
        let form = self.dice.below(8);
        let stride = self.dice.below(2) + 1;
        let shift = self.dice.below(3);
        let body = |g: &mut Self, i: &Expr| {
            let at = |k: usize| match stride {
                1 => index(array.clone(), bin(BinOp::Add, i.clone(), usize_lit(k))),
                _ => {
                    let first = bin(BinOp::Mul, usize_lit(2), i.clone());
                    index(array.clone(), bin(BinOp::Add, first, usize_lit(k.min(1))))
                }
            };
            let here = index(array.clone(), i.clone());
            let mut body = match form {
                0 => vec![Stmt::Assign(here.clone(), g.bounded(2))],
                1 => vec![Stmt::Assign(at(shift), g.bounded(2)), Stmt::OpAssign(BinOp::Mul, at(shift), g.bounded(1))],
                2 => vec![Stmt::Assign(at(1), bin(BinOp::Add, at(0), g.bounded(2)))],
                3 => vec![Stmt::OpAssign(BinOp::Add, at(shift), g.bounded(2))],
                4 => vec![Stmt::OpAssign(BinOp::Mul, here.clone(), g.bounded(2))],
                5 => {
                    let cond = g.cond(1);
                    vec![if_then(cond, vec![Stmt::Assign(here.clone(), g.update(here.clone(), 1))])]
                }
                6 => g.own_row(&array, i, stride),
                _ => vec![Stmt::Assign(at(0), g.bounded(1)), Stmt::Assign(at(1), bin(BinOp::Mul, at(0), g.bounded(1)))],
            };
            if g.dice.chance(0.3) {
                let value = bin(BinOp::Mul, at(0), g.leaf());
                body.push(g.add(&sums, value));
            }
            body
        };
        let stmt = self.range_loop(dim, depth, &sums, body);
        self.leave(mark);
        out.push(stmt);
        // The loops that read it.
        if self.dice.chance(0.7) {
            let mark = self.enter();
            let (i, i_e) = self.sum_index(Some(dim));
            let shifted = index(array.clone(), bin(BinOp::Add, i_e, usize_lit(self.dice.below(3))));
            let value = bin(BinOp::Mul, shifted, self.bounded(1));
            let added = self.add(&sums, value);
            let n = self.dim_expr(dim)?;
            self.leave(mark);
            out.push(self.counted_for(i, n, vec![added]));
        } else {
            let ends = bin(BinOp::Mul, index(array.clone(), usize_lit(0)), index(array.clone(), usize_lit(1)));
            out.push(self.add(&sums, ends));
        }
        out.extend(self.after(&sums));
        Some(out)
    }

    fn leaf(&mut self) -> Expr {
        self.float_leaf()
    }

    /// One to three accumulators.
    fn sums(&mut self, out: &mut Vec<Stmt>) -> Vec<Expr> {
        let real = self.real.clone();
        (0..1 + self.dice.below(2) + self.dice.below(2))
            .map(|_| {
                let start = if self.dice.chance(0.6) { float(&real, 0.0) } else { self.float(1) };
                out.push(self.let_value(real.clone(), start, true));
                let var = self.scope.last().expect("just declared").var;
                self.pin(var);
                expr(real.clone(), Kind::Var(var))
            })
            .collect()
    }

    fn add(&mut self, sums: &[Expr], value: Expr) -> Stmt {
        let sum = self.dice.pick(sums).clone();
        let value = if self.dice.chance(0.3) { bin(BinOp::Mul, value, self.leaf()) } else { value };
        match self.dice.below(6) {
            0 => Stmt::OpAssign(BinOp::Sub, sum, value),
            1 => Stmt::Assign(sum.clone(), bin(BinOp::Add, sum, value)),
            2 => Stmt::Assign(sum.clone(), bin(BinOp::Add, value, sum)),
            3 => Stmt::Assign(sum.clone(), bin(BinOp::Sub, sum, value)),
            _ => Stmt::OpAssign(BinOp::Add, sum, value),
        }
    }

    /// A loop of which each iteration adds to sums.
    fn sum_loop(&mut self, sums: &[Expr], depth: u32, head: impl FnOnce(&mut Self, &Expr) -> Vec<Stmt>) -> Stmt {
        let dim = self.some_dim();
        self.range_loop(dim, depth, sums, |g, i| {
            let mut body = head(g, i);
            for _ in 0..1 + g.dice.below(2) {
                body.extend(g.summand(sums, depth));
            }
            body
        })
    }

    /// `for i in 0..n { … }` where the body mostly changes nothing that is outside of it but what it is made for.
    fn range_loop(
        &mut self,
        dim: Dim,
        depth: u32,
        sums: &[Expr],
        body: impl FnOnce(&mut Self, &Expr) -> Vec<Stmt>,
    ) -> Stmt {
        let n = self.dim_expr(dim).unwrap_or_else(|| usize_lit(3));
        let mark = self.enter();
        if self.dice.chance(0.85) {
            for local in &mut self.scope {
                if local.access == Access::Free {
                    local.access = Access::ReadOnly;
                }
            }
        }
        if self.dice.chance(0.85) {
            sums.iter().filter_map(variable).for_each(|v| self.restrict(v, Access::Hidden));
        }
        let (i, i_e) = self.sum_index(Some(dim));
        let (id, label) = self.open_loop(false, false);
        let mut stmts = Vec::new();
        if self.dice.chance(0.5) {
            stmts.extend(self.stmts(1, depth.min(1)));
        }
        stmts.extend(body(self, &i_e));
        self.loops.pop();
        self.leave(mark);
        Stmt::For { id, label, pat: Pat::bind(i), over: range_chain(usize_lit(0), n, false), body: does(stmts) }
    }

    /// What an iteration adds to the sums: of a call, in a branch, in an inner loop.
    fn summand(&mut self, sums: &[Expr], depth: u32) -> Vec<Stmt> {
        let real = self.real.clone();
        match self.dice.below(10) {
            0..=2 => {
                if let Some(call) = self.call_of(&real, 1) {
                    let mut out = std::mem::take(&mut self.before);
                    out.push(self.add(sums, call));
                    return out;
                }
                let value = self.bounded(2);
                vec![self.add(sums, value)]
            }
            3 if self.features.weight(F::If) > 0.0 => {
                let cond = self.cond(1);
                let value = self.bounded(2);
                vec![if_then(cond, vec![self.add(sums, value)])]
            }
            4 | 5 if self.loops.len() < 3 && depth > 0 => {
                let dim = self.some_dim();
                vec![self.range_loop(dim, 0, sums, |g, _| {
                    let value = g.bounded(2);
                    vec![g.add(sums, value)]
                })]
            }
            6 => {
                let value = self.bounded(2);
                let stmt = self.let_value(real.clone(), value, false);
                let y = self.scope.last().expect("just declared").expr();
                vec![stmt, self.add(sums, bin(BinOp::Mul, y.clone(), y))]
            }
            _ => {
                let value = self.bounded(2);
                vec![self.add(sums, value)]
            }
        }
    }

    /// What follows: products of the sums and weights, rarely something that is not linear.
    fn after(&mut self, sums: &[Expr]) -> Vec<Stmt> {
        let real = self.real.clone();
        let mut out = Vec::new();
        for s in sums {
            match self.dice.below(9) {
                0 | 1 => {
                    let y = bin(BinOp::Mul, s.clone(), self.leaf());
                    out.push(self.let_value(real.clone(), y, false));
                }
                2 => out.push(Stmt::OpAssign(BinOp::Mul, s.clone(), self.leaf())),
                3 => {
                    let by = self.positive(0);
                    out.push(Stmt::OpAssign(BinOp::Div, s.clone(), by));
                }
                4 => {
                    let other = self.dice.pick(sums).clone();
                    let y = bin(BinOp::Sub, bin(BinOp::Mul, s.clone(), self.literal()), other);
                    out.push(self.let_value(real.clone(), y, false));
                }
                5 => {
                    let other = self.dice.pick(sums).clone();
                    out.push(Stmt::Assign(s.clone(), bin(BinOp::Add, bin(BinOp::Mul, s.clone(), self.leaf()), other)));
                }
                6 if self.features.weight(F::Functions) > 0.0 => {
                    let y = self.apply_fn(FloatFn::Tanh, vec![s.clone()]);
                    out.push(self.let_value(real.clone(), y, false));
                }
                7 => {
                    if let Some(target) = self.float_place(true) {
                        out.push(Stmt::OpAssign(BinOp::Add, target, bin(BinOp::Mul, s.clone(), self.literal())));
                    }
                }
                _ => {}
            }
        }
        out
    }

    fn some_dim(&mut self) -> Dim {
        let found = self.choose(|l| l.ty.element().is_some() && !l.dims.is_empty());
        let dim = found.filter(|_| self.dice.chance(0.8)).map(|l| l.dims[0]);
        match dim {
            Some(dim) if self.dim_expr(dim).is_some() => {
                if let Dim::LenOf(v) | Dim::Count(v) = dim {
                    self.pin(v);
                }
                dim
            }
            _ => Dim::Fixed(2 + self.dice.below(3)),
        }
    }

    fn floats_of(&mut self, n: Expr) -> Stmt {
        let value = if self.dice.chance(0.5) { float(&self.real, 0.0) } else { self.float(1) };
        let ty = self.real.clone().vec();
        self.let_value(ty.clone(), expr(ty, Kind::VecRepeat(Box::new(value), Box::new(n))), true)
    }

    /// `vec![x; n]` or `[x; 3]`
    fn array(&mut self, out: &mut Vec<Stmt>) -> Option<(Expr, Dim)> {
        let dim = self.some_dim();
        if let (Dim::Fixed(n), true) = (dim, self.features.weight(F::Arrays) > 0.0 && self.dice.chance(0.6)) {
            let value = self.float(1);
            let ty = self.real.clone().array(n);
            out.push(self.let_value(ty.clone(), expr(ty, Kind::Repeat(Box::new(value), n)), true));
        } else {
            let n = self.dim_expr(dim)?;
            out.push(self.floats_of(n));
        }
        let local = self.scope.last_mut()?;
        local.dims = vec![dim];
        let (var, array) = (local.var, local.expr());
        self.pin(var);
        Some((array, dim))
    }

    fn sum_index(&mut self, bound: Option<Dim>) -> (VarId, Expr) {
        let var = self.fresh();
        let local = self.declare(var, Ty::Usize, false);
        local.bound = bound.map(|d| (d, 0, 0));
        local.pinned = true;
        (var, expr(Ty::Usize, Kind::Var(var)))
    }

    fn counted_for(&mut self, var: VarId, n: Expr, body: Vec<Stmt>) -> Stmt {
        let id = self.loop_count;
        self.loop_count += 1;
        Stmt::For { id, label: false, pat: Pat::bind(var), over: range_chain(usize_lit(0), n, false), body: does(body) }
    }

    /// Overwrites an array: wholly, up to some bound, from some bound, in a branch.
    fn overwrite(&mut self, array: &Expr, dim: Dim) -> Vec<Stmt> {
        let Some(n) = self.dim_expr(dim) else { return Vec::new() };
        let fill = self.features.weight(F::Fill) > 0.0;
        let form = self.dice.below(10);
        if form < 2 && fill {
            let value = self.beside(array, Access::Hidden, |g| g.bounded(2));
            return vec![Stmt::Do(Action::Fill, vec![array.clone(), value])];
        }
        let mark = self.enter();
        let (j, j_e) = self.sum_index(Some(dim));
        let value = self.bounded(2);
        let mut body = vec![Stmt::Assign(index(array.clone(), j_e.clone()), value)];
        if self.dice.chance(0.3) {
            let value = self.bounded(1);
            body.push(Stmt::OpAssign(BinOp::Mul, index(array.clone(), j_e.clone()), value));
        }
        if form == 2 {
            // What it reads may be from before.
            body.insert(0, Stmt::OpAssign(BinOp::Mul, index(array.clone(), j_e), self.literal()));
        }
        self.leave(mark);
        let one = || Box::new(usize_lit(1));
        let hi = match form {
            3 => expr(Ty::Usize, Kind::IntFn(crate::tree::IntFn::SaturatingSub, Box::new(n), one())),
            4 => {
                let known = self.choose(|l| l.ty == Ty::Usize).map(|l| l.expr());
                let other = known.unwrap_or_else(|| usize_lit(1));
                expr(Ty::Usize, Kind::IntFn(crate::tree::IntFn::Min, Box::new(n), Box::new(other)))
            }
            _ => n,
        };
        let mut stmt = self.counted_for(j, hi, body);
        if let (Stmt::For { over, .. }, 5) = (&mut stmt, form) {
            let crate::tree::Source::Range(lo, ..) = &mut over.source else { return vec![stmt] };
            *lo = usize_lit(1);
        }
        if form == 6 && self.features.weight(F::If) > 0.0 {
            let cond = self.cond(1);
            stmt = if_then(cond, vec![stmt]);
        }
        vec![stmt]
    }

    /// Changes an array that has been overwritten.
    fn change(&mut self, array: &Expr, dim: Dim) -> Vec<Stmt> {
        let Some(n) = self.dim_expr(dim) else { return Vec::new() };
        let mark = self.enter();
        let (j, j_e) = self.sum_index(Some(dim));
        let value = self.bounded(1);
        let place = index(array.clone(), j_e.clone());
        let last = bin(BinOp::Sub, bin(BinOp::Sub, n.clone(), usize_lit(1)), j_e);
        let stmt = match self.dice.below(3) {
            0 => Stmt::OpAssign(BinOp::Mul, place, value),
            1 => Stmt::OpAssign(BinOp::Add, place, bin(BinOp::Mul, index(array.clone(), last), value)),
            _ => Stmt::Assign(place.clone(), bin(BinOp::Mul, place, value)),
        };
        self.leave(mark);
        vec![self.counted_for(j, n, vec![stmt])]
    }

    /// Adds what is in an array to sums.
    fn read(&mut self, array: &Expr, dim: Dim, sums: &[Expr]) -> Vec<Stmt> {
        let Some(n) = self.dim_expr(dim) else { return Vec::new() };
        if let (Dim::Fixed(k), true) = (dim, self.dice.chance(0.5)) {
            let at = |i: usize| index(array.clone(), usize_lit(i));
            let value = bin(BinOp::Mul, at(self.dice.below(k)), at(self.dice.below(k)));
            return vec![self.add(sums, value)];
        }
        let mark = self.enter();
        let (j, j_e) = self.sum_index(Some(dim));
        let other = if self.dice.chance(0.5) { index(array.clone(), j_e.clone()) } else { self.bounded(1) };
        let value = bin(BinOp::Mul, index(array.clone(), j_e), other);
        let stmt = self.add(sums, value);
        self.leave(mark);
        vec![self.counted_for(j, n, vec![stmt])]
    }

    /// `let row = &mut out[2 * i..2 * i + 2]; row[0] = …;`, also with ranges that overlap.
    fn own_row(&mut self, array: &Expr, i: &Expr, stride: usize) -> Vec<Stmt> {
        let lo = if stride == 2 { bin(BinOp::Mul, i.clone(), usize_lit(2)) } else { i.clone() };
        let hi = bin(BinOp::Add, lo.clone(), usize_lit(2));
        let ty = self.real.clone().slice().mutable();
        let view = reference(range(array.clone(), Some(lo), Some(hi)), true);
        let var = self.fresh();
        self.declare(var, ty.clone(), false).access = Access::Hidden;
        self.pin(var);
        let row = expr(ty.clone(), Kind::Var(var));
        let at = |k: usize| index(row.clone(), usize_lit(k));
        let (a, b) = (self.bounded(1), self.bounded(1));
        vec![
            Stmt::Let { pat: Pat::bind(var), ty: None, init: Some(view) },
            Stmt::Assign(at(0), bin(BinOp::Mul, at(1), a)),
            Stmt::Assign(at(1), bin(BinOp::Add, at(0), b)),
        ]
    }
}

fn variable(e: &Expr) -> Option<VarId> {
    match e.kind {
        Kind::Var(v) => Some(v),
        _ => None,
    }
}
