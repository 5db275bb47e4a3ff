//! In-place work on arrays, slices and Vecs.

use super::Gen;
use super::build::{bin, call1, does, expr, float, index, len, reference, usize_lit};
use super::features::Feature as F;
use super::loops::range_chain;
use super::scope::{Access, Dim, Local};
use crate::ops::FloatFn;
use crate::tree::{Action, BinOp, Expr, Kind, Pat, Stmt, Ty, VarId};

#[derive(Clone, Copy)]
enum B {
    LetVec,
    LetBuffer,
    Push,
    Pop,
    Resize,
    Extend,
    Swap,
    Fill,
    CopyFrom,
    Reverse,
    Rotate,
    Store,
    Rows,
    Sort,
}

impl Gen<'_> {
    pub(crate) fn buffer_statement(&mut self) -> Option<Vec<Stmt>> {
        let p = self.weighted(&[
            (4.0, Some(F::Vecs), B::LetVec),
            (5.0, Some(F::Vecs), B::LetBuffer),
            (4.0, Some(F::Vecs), B::Push),
            (3.0, Some(F::Pop), B::Pop),
            (4.0, Some(F::Vecs), B::Resize),
            (3.0, Some(F::Vecs), B::Extend),
            (4.0, Some(F::Swap), B::Swap),
            (3.0, Some(F::Fill), B::Fill),
            (6.0, Some(F::Fill), B::CopyFrom),
            (1.0, Some(F::Fill), B::Reverse),
            (1.0, Some(F::Fill), B::Rotate),
            (4.0, Some(F::Mutation), B::Store),
            (3.0, Some(F::Rows), B::Rows),
            (3.0, Some(F::Sorts), B::Sort),
        ]);
        let weight = |f| self.features.weight(f) > 0.0;
        match p {
            B::LetVec if weight(F::Vecs) => Some(self.let_vec()),
            B::LetVec => None,
            B::LetBuffer => self.let_buffer().map(|s| vec![s]),
            B::Push => {
                let Some(v) = self.growable() else { return self.coin(F::Vecs, 1.0).then(|| self.let_vec()) };
                let value = self.beside(&v, Access::ReadOnly, |g| g.bounded(2));
                Some(vec![Stmt::Do(Action::Push, vec![v, value])])
            }
            B::Pop => {
                let Some(v) = self.growable() else { return self.coin(F::Vecs, 1.0).then(|| self.let_vec()) };
                if !self.coin(F::PopUnwrap, 0.5) {
                    return Some(vec![Stmt::Do(Action::Pop, vec![v])]);
                }
                let last = expr(self.real.clone(), Kind::PopUnwrap(Box::new(v)));
                Some(vec![self.let_value(self.real.clone(), last, false)])
            }
            B::Resize => {
                let Some(v) = self.growable() else { return self.coin(F::Vecs, 1.0).then(|| self.let_vec()) };
                match self.dice.below(4) {
                    0 => Some(vec![Stmt::Do(Action::Clear, vec![v])]),
                    1 => Some(vec![Stmt::Do(Action::Truncate, vec![v, usize_lit(2)])]),
                    _ => {
                        let n = usize_lit(1 + self.dice.below(4));
                        let value = self.beside(&v, Access::ReadOnly, |g| g.float(1));
                        Some(vec![Stmt::Do(Action::Resize, vec![v, n, value])])
                    }
                }
            }
            B::Extend => {
                let Some(v) = self.growable() else { return self.coin(F::Vecs, 1.0).then(|| self.let_vec()) };
                let slice = self.other_slice(&v)?;
                Some(vec![Stmt::Do(Action::Extend, vec![v, slice])])
            }
            B::Swap => {
                let local = self.choose(|l| l.writable() && l.ty.element().is_some())?;
                let (i, j) =
                    (self.index_of(&local.expr(), &local, 0, true), self.index_of(&local.expr(), &local, 0, true));
                Some(vec![Stmt::Do(Action::Swap, vec![local.expr(), i, j])])
            }
            B::Fill => {
                let v = self.writable_floats()?;
                let value = self.beside(&v, Access::Hidden, |g| g.bounded(2));
                Some(vec![Stmt::Do(Action::Fill, vec![v, value])])
            }
            B::Rows => self.rows(),
            B::Sort => self.sort(),
            B::CopyFrom => Some(vec![self.copy_from()?]),
            B::Reverse => {
                let v = self.writable_floats()?;
                Some(vec![Stmt::Do(Action::Reverse, vec![v])])
            }
            B::Rotate => {
                let local = self.choose(|l| l.writable() && l.ty.element().is_some())?;
                let by = self.index_of(&local.expr(), &local, 0, true);
                let action = if self.dice.chance(0.5) { Action::RotateLeft } else { Action::RotateRight };
                Some(vec![Stmt::Do(action, vec![local.expr(), by])])
            }
            B::Store => {
                let real = self.real.clone();
                let local =
                    self.choose(|l| l.writable() && l.ty.element().is_some() && super::floats::holds(&l.ty, &real))?;
                let target = self.descend(local.expr(), &local, 0, true)?;
                let value = self.update(target.clone(), 2);
                Some(vec![Stmt::Assign(target, value)])
            }
        }
    }

    /// A Vec of rows that are pushed, popped and swapped.
    fn rows(&mut self) -> Option<Vec<Stmt>> {
        let row = self.real.clone().vec();
        let ty = row.clone().vec();
        let Some(table) = self.choose(|l| l.writable() && l.ty == ty && l.dims.is_empty()) else {
            let first: Vec<Expr> = (0..1 + self.dice.below(2)).map(|_| self.value(&row, 1)).collect();
            let made = self.let_value(ty.clone(), expr(ty, Kind::VecList(first)), true);
            self.scope.last_mut()?.dims.clear();
            return Some(vec![made]);
        };
        let table = table.expr();
        Some(vec![match self.dice.below(4) {
            0 | 1 => {
                let value = self.beside(&table, Access::ReadOnly, |g| g.value(&row, 1));
                Stmt::Do(Action::Push, vec![table, value])
            }
            2 => Stmt::Do(Action::Swap, vec![table, usize_lit(0), usize_lit(self.dice.below(2))]),
            _ => Stmt::Do(Action::Pop, vec![table]),
        }])
    }

    /// `v.copy_from_slice(&w)` of two sequences of one length; where there is no second one yet, a copy of the first.
    fn copy_from(&mut self) -> Option<Stmt> {
        let real = self.real.clone();
        let floats: Vec<Local> = self.visible().filter(|l| l.ty.element() == Some(&real)).cloned().collect();
        let mut pairs = Vec::new();
        for v in floats.iter().filter(|v| v.writable() && !v.dims.is_empty()) {
            pairs.extend(floats.iter().filter(|w| w.var != v.var && w.dims == v.dims).map(|w| (v, w)));
        }
        if pairs.is_empty() {
            if self.features.weight(F::Vecs) == 0.0 {
                return None;
            }
            let v = self.choose(|l| l.writable() && l.ty.element() == Some(&real) && !l.dims.is_empty())?;
            let ty = real.vec();
            let stmt = self.let_value(ty.clone(), expr(ty, Kind::Clone(Box::new(v.expr()), true)), true);
            self.scope.last_mut()?.dims = v.dims;
            return Some(stmt);
        }
        let (v, w) = *self.dice.pick(&pairs);
        let source = match w.ty {
            Ty::Ref(_, false) => w.expr(),
            Ty::Ref(_, true) => reference(super::build::range(w.expr(), None, None), false),
            _ => reference(w.expr(), false),
        };
        let action = if self.dice.chance(0.7) { Action::CopyFrom } else { Action::CloneFrom };
        Some(Stmt::Do(action, vec![v.expr(), source]))
    }

    /// An operand of a method on `v`, which is borrowed meanwhile.
    pub(super) fn beside(&mut self, v: &Expr, access: Access, make: impl FnOnce(&mut Self) -> Expr) -> Expr {
        let mark = self.enter();
        if let Kind::Var(var) = v.kind {
            self.restrict(var, access);
        }
        let made = make(self);
        self.leave(mark);
        made
    }

    pub(super) fn writable_floats(&mut self) -> Option<Expr> {
        let real = self.real.clone();
        self.choose(|l| l.writable() && l.ty.element() == Some(&real)).map(|l| l.expr())
    }

    /// A Vec whose length nothing relies on.
    fn growable(&mut self) -> Option<Expr> {
        let vec = self.real.clone().vec();
        self.choose(|l| l.writable() && *l.ty.peeled() == vec && l.dims.is_empty()).map(|l| l.expr())
    }

    fn other_slice(&mut self, not: &Expr) -> Option<Expr> {
        let real = self.real.clone();
        let local = self.choose(|l| l.ty.element() == Some(&real) && l.expr() != *not)?;
        Some(match local.ty {
            Ty::Ref(_, false) => local.expr(),
            _ => reference(super::build::range(local.expr(), None, None), false),
        })
    }

    /// A Vec that may grow: its length is not known by name.
    fn let_vec(&mut self) -> Vec<Stmt> {
        let ty = self.real.clone().vec();
        let init = match self.dice.below(4) {
            0 => expr(ty.clone(), Kind::VecNew(None)),
            1 => expr(ty.clone(), Kind::VecNew(Some(Box::new(self.count())))),
            _ => self.value(&ty, 2),
        };
        let stmt = self.let_value(ty, init, true);
        let local = self.scope.last_mut().expect("just declared");
        local.dims.clear();
        let v = local.expr();
        let mut out = vec![stmt];
        for _ in 0..self.dice.below(3) {
            let value = self.beside(&v, Access::ReadOnly, |g| g.float(2));
            out.push(Stmt::Do(Action::Push, vec![v.clone(), value]));
        }
        out
    }

    /// `vec![e; xs.len()]` or `vec![e; n]`: a work buffer whose length has a name.
    fn let_buffer(&mut self) -> Option<Stmt> {
        let sized = self.choose(|l| {
            (l.ty == Ty::Usize && !l.mutable && l.place.is_none()) || (l.ty.element().is_some() && !l.dims.is_empty())
        })?;
        let dim = sized.dims.first().copied().unwrap_or(Dim::Count(sized.var));
        let n = self.dim_expr(dim)?;
        // A count that another variable of the name would hide, or that changes, names nothing.
        if sized.ty == Ty::Usize {
            self.pin(sized.var);
        }
        let value = if self.dice.chance(0.5) { float(&self.real, 0.0) } else { self.float(1) };
        let ty = self.real.clone().vec();
        let stmt = self.let_value(ty.clone(), expr(ty, Kind::VecRepeat(Box::new(value), Box::new(n))), true);
        self.scope.last_mut().expect("just declared").dims = vec![dim];
        Some(stmt)
    }

    fn loop_index(&mut self, bound: Option<Dim>) -> (VarId, Expr) {
        let var = self.fresh();
        let local = self.declare(var, Ty::Usize, false);
        local.bound = bound.map(|d| (d, 0, 0));
        local.pinned = true;
        (var, expr(Ty::Usize, Kind::Var(var)))
    }

    fn plain_for(&mut self, var: VarId, n: Expr, body: Vec<Stmt>) -> Stmt {
        let id = self.loop_count;
        self.loop_count += 1;
        let over = range_chain(usize_lit(0), n, false);
        Stmt::For { id, label: false, pat: Pat::bind(var), over, body: does(body) }
    }

    /// Two buffers, the new one computed from the old, then swapped.
    pub(crate) fn ping_pong(&mut self) -> Option<Vec<Stmt>> {
        let real = self.real.clone();
        let source = self.choose(|l| l.ty.element() == Some(&real) && !l.dims.is_empty())?;
        let dim = source.dims[0];
        let n = self.dim_expr(dim)?;
        let ty = real.clone().vec();
        let first = expr(ty.clone(), Kind::Clone(Box::new(source.expr()), true));
        let cur = self.let_value(ty.clone(), first, true);
        self.scope.last_mut()?.dims = vec![dim];
        let cur_var = self.scope.last()?.var;
        let zeros = expr(ty.clone(), Kind::VecRepeat(Box::new(float(&real, 0.0)), Box::new(n.clone())));
        let next = self.let_value(ty.clone(), zeros, true);
        self.scope.last_mut()?.dims = vec![dim];
        let next_var = self.scope.last()?.var;
        let (cur_e, next_e) = (expr(ty.clone(), Kind::Var(cur_var)), expr(ty, Kind::Var(next_var)));

        let steps = usize_lit(1 + self.dice.below(3));
        let mark = self.enter();
        let (step, _) = self.loop_index(None);
        let (i, i_e) = self.loop_index(Some(dim));
        let wrapped = bin(BinOp::Rem, bin(BinOp::Add, i_e.clone(), usize_lit(1)), n.clone());
        let here = index(cur_e.clone(), i_e.clone());
        let mixed = bin(BinOp::Mul, here, index(cur_e.clone(), wrapped));
        let extra = self.bounded(1);
        let value = bin(BinOp::Add, bin(BinOp::Mul, float(&real, 0.5), mixed), extra);
        let inner = self.plain_for(i, n, vec![Stmt::Assign(index(next_e.clone(), i_e), value)]);
        let swap = Stmt::Do(Action::MemSwap, vec![cur_e, next_e]);
        self.leave(mark);
        let outer = self.plain_for(step, steps, vec![inner, swap]);
        Some(vec![cur, next, outer])
    }

    /// `vec![vec![0.0; m]; n]`, filled in two loops.
    pub(crate) fn work_2d(&mut self) -> Vec<Stmt> {
        let real = self.real.clone();
        let (n, m) = (2 + self.dice.below(2), 2 + self.dice.below(2));
        let row = real.clone().vec();
        let ty = row.clone().vec();
        let zeros = expr(row, Kind::VecRepeat(Box::new(float(&real, 0.0)), Box::new(usize_lit(m))));
        let table = expr(ty.clone(), Kind::VecRepeat(Box::new(zeros), Box::new(usize_lit(n))));
        let stmt = self.let_value(ty.clone(), table, true);
        let local = self.scope.last_mut().expect("just declared");
        local.dims = vec![Dim::Fixed(n), Dim::Fixed(m)];
        let w = expr(ty, Kind::Var(local.var));
        let mark = self.enter();
        let (i, i_e) = self.loop_index(Some(Dim::Fixed(n)));
        let (j, j_e) = self.loop_index(Some(Dim::Fixed(m)));
        let cell = |i: Expr, j: Expr| index(index(w.clone(), i), j);
        let back = |e: &Expr| {
            let one = Box::new(usize_lit(1));
            expr(Ty::Usize, Kind::IntFn(crate::tree::IntFn::SaturatingSub, Box::new(e.clone()), one))
        };
        let above = cell(back(&i_e), j_e.clone());
        let left = cell(i_e.clone(), back(&j_e));
        let new = self.float(2);
        let mut value = bin(BinOp::Add, bin(BinOp::Mul, above, left), new);
        if self.features.weight(F::Functions) > 0.0 {
            value = call1(FloatFn::Sin, vec![value], false);
        }
        let stop = if self.dice.chance(0.3) { len(w.clone()) } else { usize_lit(n) };
        let store = Stmt::Assign(cell(i_e, j_e), value);
        let inner = self.plain_for(j, usize_lit(m), vec![store]);
        self.leave(mark);
        vec![stmt, self.plain_for(i, stop, vec![inner])]
    }
}
