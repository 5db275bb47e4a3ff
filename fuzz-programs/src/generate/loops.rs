//! Loops.

use super::build::{bin, call1, does, expr, float, if_then, int, len, usize_lit};
use super::features::Feature as F;
use super::scope::{Access, Dim, Local};
use super::{Gen, LoopContext};
use crate::ops::FloatFn;
use crate::tree::{Adaptor, BinOp, Block, Chain, Expr, Kind, LoopId, Pat, Source, Stmt, Ty};

#[derive(Clone, Copy)]
enum L {
    Range,
    Iter,
    IterMut,
    Value,
    While,
    Newton,
    Loop,
    PingPong,
    Nested,
    Ints,
    Moving,
    Effects,
    Open,
    Reduction,
    WorkArray,
    Elementwise,
}

pub(crate) fn range_chain(lo: Expr, hi: Expr, inclusive: bool) -> Chain {
    Chain { item: lo.ty.clone(), source: Source::Range(lo, hi, inclusive), adaptors: Vec::new() }
}

impl Gen<'_> {
    pub(crate) fn loop_statement(&mut self, depth: u32) -> Option<Vec<Stmt>> {
        if self.closed > 0 || self.loops.len() >= 3 {
            return None;
        }
        let p = self.weighted(&[
            (10.0, Some(F::ForRange), L::Range),
            (8.0, Some(F::ForIter), L::Iter),
            (5.0, Some(F::ForMut), L::IterMut),
            (2.0, Some(F::ForValue), L::Value),
            (4.0, Some(F::While), L::While),
            (2.0, Some(F::Newton), L::Newton),
            (3.0, Some(F::Loop), L::Loop),
            (2.0, Some(F::PingPong), L::PingPong),
            (3.0, Some(F::Work2d), L::Nested),
            (4.0, Some(F::Ints), L::Ints),
            (3.0, Some(F::MovingBounds), L::Moving),
            (3.0, Some(F::IndexEffects), L::Effects),
            (4.0, Some(F::OpenRanges), L::Open),
            (6.0, Some(F::Reductions), L::Reduction),
            (4.0, Some(F::WorkArrays), L::WorkArray),
            (4.0, Some(F::Elementwise), L::Elementwise),
        ]);
        let weight = |f| self.features.weight(f) > 0.0;
        match p {
            L::Range if weight(F::ForRange) => {
                if self.coin(F::Deferred, 0.15) {
                    return Some(self.with_temporary(depth));
                }
                Some(vec![self.for_range(depth)])
            }
            L::Iter => self.for_iter(depth).map(|s| vec![s]),
            L::IterMut => self.for_mut(depth).map(|s| vec![s]),
            L::Value => self.for_value(depth).map(|s| vec![s]),
            L::While => Some(self.while_counter(depth)),
            L::Newton => Some(self.newton()),
            L::Loop => Some(self.loop_value(depth)),
            L::PingPong => self.ping_pong(),
            L::Nested => Some(self.work_2d()),
            L::Ints => Some(vec![self.for_ints(depth)]),
            L::Moving => Some(self.moving_bounds(depth)),
            L::Effects => Some(self.while_effects(depth)),
            L::Open => self.open_range(depth).map(|s| vec![s]),
            L::Reduction => Some(self.reduction(depth)),
            L::WorkArray => self.work_array(depth),
            L::Elementwise => self.elementwise(depth),
            L::Range => None,
        }
    }

    pub(crate) fn open_loop(&mut self, no_continue: bool, value: bool) -> (LoopId, bool) {
        let id = self.loop_count;
        self.loop_count += 1;
        let label = self.coin(F::Break, 0.35);
        self.loops.push(LoopContext { id, label, no_continue, value, block: false });
        (id, label)
    }

    /// The statements of a loop body; something outside is nearly always changed.
    pub(crate) fn loop_body(&mut self, depth: u32) -> Vec<Stmt> {
        let n = 1 + self.dice.below(3);
        let mut stmts = self.stmts(n, depth);
        if let Some(target) = self.float_place(true) {
            let value = self.update(target.clone(), 2);
            stmts.push(if self.dice.chance(0.5) {
                Stmt::OpAssign(BinOp::Add, target, self.bounded(2))
            } else {
                Stmt::Assign(target, value)
            });
        }
        stmts
    }

    pub(crate) fn for_over(&mut self, pat: Pat, over: Chain, depth: u32) -> Stmt {
        let (id, label) = self.open_loop(false, false);
        let body = does(self.loop_body(depth));
        self.loops.pop();
        Stmt::For { id, label, pat, over, body }
    }

    pub(crate) fn dim_expr(&self, dim: Dim) -> Option<Expr> {
        match dim {
            Dim::Fixed(n) => Some(usize_lit(n)),
            Dim::Count(v) => self.visible().find(|l| l.var == v).map(Local::expr),
            Dim::LenOf(v) => self.visible().find(|l| l.var == v).map(|l| len(l.expr())),
        }
    }

    fn for_range(&mut self, depth: u32) -> Stmt {
        let sequence = self.choose(|l| l.ty.element().is_some() && !l.dims.is_empty());
        let dim = sequence.filter(|_| self.dice.chance(0.7)).map(|l| l.dims[0]);
        let hi = dim.and_then(|d| self.dim_expr(d));
        let mark = self.enter();
        let var = self.fresh();
        let (mut bound, mut lo, mut hi) = match (dim, hi) {
            (Some(dim), Some(hi)) => (Some((dim, 0, 0)), usize_lit(0), hi),
            _ => (None, usize_lit(0), self.count()),
        };
        let mut inclusive = false;
        let mut adaptors = Vec::new();
        if let (Some((dim, low, high)), true) = (&mut bound, self.dice.chance(0.35)) {
            // A stencil: neighbours on both sides stay inside.
            let _ = dim;
            (*low, *high) = (1, 1);
            lo = usize_lit(1);
            let one = Box::new(usize_lit(1));
            hi = expr(Ty::Usize, Kind::IntFn(crate::tree::IntFn::SaturatingSub, Box::new(hi), one));
        } else if bound.is_none() && self.coin(F::RangeForms, 0.4) {
            inclusive = true;
        }
        if self.coin(F::RangeForms, 0.35) {
            adaptors.push(Adaptor::Rev);
        }
        if self.coin(F::RangeForms, 0.2) {
            adaptors.push(Adaptor::StepBy(usize_lit(2)));
        }
        let pinned = self.dice.chance(0.5);
        let local = self.declare(var, Ty::Usize, false);
        local.bound = bound;
        local.pinned = pinned;
        let mut over = range_chain(lo, hi, inclusive);
        over.adaptors = adaptors;
        let used = self.dice.chance(0.9);
        let stmt = self.for_over(if used { Pat::bind(var) } else { Pat::Wild }, over, depth);
        self.leave(mark);
        match stmt {
            // `_` only if nothing in the body names the variable.
            Stmt::For { pat: Pat::Wild, id, label, over, body } => {
                let named = names(&body, var);
                Stmt::For { pat: if named { Pat::bind(var) } else { Pat::Wild }, id, label, over, body }
            }
            other => other,
        }
    }

    /// `for k in 1.. { if k > 4 { break; } … }`, or `for (k, v) in (1..).zip(x)`.
    fn open_range(&mut self, depth: u32) -> Option<Stmt> {
        let ty = self.dice.pick(&[Ty::Usize, Ty::Usize, Ty::U8, Ty::I32, Ty::I64]).clone();
        let lo = self.dice.below(3) as i64;
        let source = Source::From(int(ty.clone(), lo));
        let mut over = Chain { source, adaptors: Vec::new(), item: ty.clone() };
        let mark = self.enter();
        let var = self.fresh();
        self.declare(var, ty.clone(), false).pinned = true;
        let k = expr(ty.clone(), Kind::Var(var));
        let zipped = self.dice.chance(0.4);
        // What the body is given at its head is made before the body, and where the source is borrowed already.
        let (target, change);
        let mut stmt = if zipped {
            let Some(other) = self.plain_source() else {
                self.leave(mark);
                return None;
            };
            // Behind the source, which is borrowed while the loop runs.
            target = self.float_place(true);
            let pat = self.item_pat(&other.item);
            over.item = Ty::Tuple(vec![ty, other.item.clone()]);
            over.adaptors.push(Adaptor::Zip(other));
            change = bin(BinOp::Mul, super::build::cast(&self.real, k), self.bounded(1));
            self.for_over(Pat::Tuple(vec![Pat::bind(var), pat]), over, depth)
        } else {
            target = self.float_place(true);
            change = bin(BinOp::Mul, super::build::cast(&self.real, k.clone()), self.bounded(1));
            let last = int(ty, lo + self.dice.below(4) as i64);
            let (id, label) = self.open_loop(false, false);
            let mut stmts =
                vec![if_then(bin(BinOp::Gt, k.clone(), last), vec![Stmt::Break { id, label, value: None }])];
            stmts.extend(self.loop_body(depth));
            self.loops.pop();
            Stmt::For { id, label, pat: Pat::bind(var), over, body: does(stmts) }
        };
        self.leave(mark);
        if let (Stmt::For { body, .. }, Some(target)) = (&mut stmt, target) {
            // At the head, where the body has shadowed nothing yet, but behind the way out.
            let at = usize::from(!zipped);
            body.stmts.insert(at, Stmt::OpAssign(BinOp::Add, target, change));
        }
        Some(stmt)
    }

    /// `for i in -2..=3_i64`, also backwards and in steps, over any integers.
    fn for_ints(&mut self, depth: u32) -> Stmt {
        let ty = self.dice.pick(&[Ty::U8, Ty::U32, Ty::I32, Ty::I64, Ty::I64]).clone();
        let signed = matches!(ty, Ty::I32 | Ty::I64);
        let lo = if signed { self.dice.below(5) as i64 - 3 } else { self.dice.below(2) as i64 };
        let known = self.choose(|l| l.ty == ty);
        let hi = match known {
            Some(l) if self.dice.chance(0.4) => l.expr(),
            _ => int(ty.clone(), lo + self.dice.below(5) as i64),
        };
        let lo = match self.dice.below(4) {
            0 if signed => super::build::neg(int(ty.clone(), lo.abs())),
            _ => int(ty.clone(), lo),
        };
        let mark = self.enter();
        let var = self.fresh();
        self.declare(var, ty.clone(), false).pinned = true;
        let mut over = range_chain(lo, hi, self.dice.chance(0.5));
        if self.dice.chance(0.4) {
            over.adaptors.push(Adaptor::Rev);
        }
        if self.dice.chance(0.3) {
            over.adaptors.push(Adaptor::StepBy(usize_lit(2 + self.dice.below(2))));
        }
        let target = self.float_place(true);
        let i = super::build::cast(&self.real, expr(ty, Kind::Var(var)));
        let change = bin(BinOp::Mul, i, self.bounded(1));
        let mut stmt = self.for_over(Pat::bind(var), over, depth);
        if let (Stmt::For { body, .. }, Some(target)) = (&mut stmt, target) {
            body.stmts.insert(0, Stmt::OpAssign(BinOp::Add, target, change));
        }
        self.leave(mark);
        stmt
    }

    /// `for i in 0..n { n += 1; … }`: the range was made before; a `while` sees the change.
    fn moving_bounds(&mut self, depth: u32) -> Vec<Stmt> {
        let start = usize_lit(2 + self.dice.below(3));
        let bound = self.let_value(Ty::Usize, start, true);
        let n = self.scope.last_mut().expect("just declared");
        n.pinned = true;
        let n = n.expr();
        let change = match self.dice.below(3) {
            0 => Stmt::OpAssign(BinOp::Add, n.clone(), usize_lit(1)),
            1 => Stmt::Assign(n.clone(), bin(BinOp::Div, n.clone(), usize_lit(2))),
            _ => Stmt::Assign(n.clone(), usize_lit(1)),
        };
        if self.dice.chance(0.5) {
            let mark = self.enter();
            let var = self.fresh();
            self.declare(var, Ty::Usize, false);
            let mut stmt = self.for_over(Pat::bind(var), range_chain(usize_lit(0), n, false), depth);
            self.leave(mark);
            if let Stmt::For { body, .. } = &mut stmt {
                body.stmts.insert(0, change);
            }
            return vec![bound, stmt];
        }
        let (init, k) = self.counter();
        let (id, label) = self.open_loop(false, false);
        let mark = self.enter();
        // Whatever happens to the bound, four rounds are enough.
        let few = bin(BinOp::Lt, k.clone(), usize_lit(4));
        let cond = bin(BinOp::And, bin(BinOp::Lt, k.clone(), n), few);
        let mut stmts = vec![Stmt::OpAssign(BinOp::Add, k, usize_lit(1)), change];
        stmts.extend(self.loop_body(depth));
        self.leave(mark);
        self.loops.pop();
        vec![bound, init, Stmt::While { id, label, cond, body: does(stmts) }]
    }

    /// `while { k += 1; x = …; k < 4 && x < 0.9 } { … }`
    fn while_effects(&mut self, depth: u32) -> Vec<Stmt> {
        let (init, k) = self.counter();
        let mut effects = vec![Stmt::OpAssign(BinOp::Add, k.clone(), usize_lit(1))];
        let mut more = bin(BinOp::Lt, k, usize_lit(2 + self.dice.below(3)));
        if self.dice.chance(0.6)
            && let Some(x) = self.float_place(true)
        {
            self.closed += 1;
            let value = self.update(x.clone(), 1);
            self.closed -= 1;
            effects.push(Stmt::Assign(x.clone(), value));
            more = bin(BinOp::And, more, bin(BinOp::Lt, x, float(&self.real, 0.9)));
        }
        let block = Block { stmts: effects, tail: Some(Box::new(more)) };
        let cond = expr(Ty::Bool, Kind::Block(block));
        let (id, label) = self.open_loop(false, false);
        let mark = self.enter();
        let stmts = self.loop_body(depth);
        self.leave(mark);
        self.loops.pop();
        vec![init, Stmt::While { id, label, cond, body: does(stmts) }]
    }

    /// `let mut tmp; for … { tmp = …; … }`: a temporary outside the loop, assigned anew in every iteration.
    fn with_temporary(&mut self, depth: u32) -> Vec<Stmt> {
        let mark = self.enter();
        let var = self.fresh();
        let real = self.real.clone();
        self.declare(var, real.clone(), false).access = Access::Hidden;
        self.pin(var);
        let mut stmt = self.for_range(depth);
        self.leave(mark);
        if let Stmt::For { body, .. } = &mut stmt {
            // The body was made without it.
            let tmp = expr(real.clone(), Kind::Var(var));
            let value = self.bounded(1);
            body.stmts.insert(0, Stmt::Assign(tmp.clone(), value));
            if let Some(target) = self.float_place(true) {
                // At the head, where the body has shadowed nothing yet.
                body.stmts.insert(1, Stmt::OpAssign(BinOp::Add, target, tmp));
            }
        }
        let declared = Stmt::Let { pat: Pat::Bind { var, mutable: true }, ty: Some(real), init: None };
        vec![declared, stmt]
    }

    fn for_iter(&mut self, depth: u32) -> Option<Stmt> {
        let mark = self.enter();
        let chain = self.chain(false)?;
        let pat = self.item_pat(&chain.item);
        let stmt = self.for_over(pat, chain, depth);
        self.leave(mark);
        Some(stmt)
    }

    fn for_mut(&mut self, depth: u32) -> Option<Stmt> {
        let local = self.choose(|l| l.writable() && l.ty.element().is_some())?;
        let mark = self.enter();
        self.restrict(local.var, Access::Hidden);
        let element = local.ty.element().expect("chosen as a sequence").clone();
        let base = local.expr();
        let owned = !matches!(local.ty, Ty::Ref(..));
        let source = if owned && self.dice.chance(0.4) { Source::BorrowMut(base) } else { Source::IterMut(base) };
        let other = if self.dice.chance(0.25) { self.plain_source() } else { None };
        let var = self.fresh();
        let item = element.clone().mutable();
        self.declare(var, item.clone(), false).pinned = true;
        let mut chain = Chain { source, adaptors: Vec::new(), item };
        let mut pat = Pat::bind(var);
        let bare = matches!(chain.source, Source::BorrowMut(_));
        match self.dice.below(4) {
            0 if !bare => {
                let i = self.fresh();
                self.declare(i, Ty::Usize, false).bound = local.dims.first().map(|d| (*d, 0, 0));
                chain.adaptors.push(Adaptor::Enumerate);
                chain.item = Ty::Tuple(vec![Ty::Usize, chain.item]);
                pat = Pat::Tuple(vec![Pat::bind(i), pat]);
            }
            _ if !bare => {
                if let Some(other) = other {
                    let other_pat = self.item_pat(&other.item);
                    chain.item = Ty::Tuple(vec![chain.item, other.item.clone()]);
                    chain.adaptors.push(Adaptor::Zip(other));
                    pat = Pat::Tuple(vec![pat, other_pat]);
                }
            }
            _ => {}
        }
        let (id, label) = self.open_loop(false, false);
        let mut stmts = self.stmts(self.loops.len() % 2, depth);
        if element == self.real && self.local(var).is_some_and(Local::writable) {
            let target = super::build::deref(expr(element.mutable(), Kind::Var(var)));
            let value = self.update(target.clone(), 2);
            stmts.push(if self.dice.chance(0.5) {
                Stmt::Assign(target, value)
            } else {
                Stmt::OpAssign(BinOp::Mul, target, self.bounded(2))
            });
        }
        stmts.extend(self.loop_body(depth));
        self.loops.pop();
        self.leave(mark);
        Some(Stmt::For { id, label, pat, over: chain, body: does(stmts) })
    }

    fn for_value(&mut self, depth: u32) -> Option<Stmt> {
        let real = self.real.clone();
        let here = self.loops.len();
        // A move inside an operand could take what the statement around it still needs.
        let movable = self.closed == 0 && self.inside_value == 0;
        let local = self.choose(|l| match &l.ty {
            Ty::Array(t, _) => **t == real,
            Ty::Vec(t) => {
                **t == real && l.place.is_none() && l.access == Access::Free && l.loop_depth == here && movable
            }
            _ => false,
        })?;
        if let Ty::Vec(_) = local.ty {
            self.scope.iter_mut().filter(|l| l.var == local.var).for_each(|l| l.moved = true);
        }
        let mark = self.enter();
        let var = self.fresh();
        self.declare(var, real.clone(), false);
        let chain = Chain { source: Source::Value(local.expr()), adaptors: Vec::new(), item: real };
        let mut stmt = self.for_over(Pat::bind(var), chain, depth);
        if let (Stmt::For { body, .. }, Ty::Array(_, n)) = (&mut stmt, &local.ty)
            && local.writable()
            && self.dice.chance(0.6)
        {
            // The loop goes over a copy.
            let place = super::build::index(local.expr(), usize_lit(self.dice.below(*n)));
            body.stmts.insert(0, Stmt::OpAssign(BinOp::Mul, place, expr(self.real.clone(), Kind::Var(var))));
        }
        self.leave(mark);
        Some(stmt)
    }

    fn counter(&mut self) -> (Stmt, Expr) {
        let var = self.fresh();
        // Not assignable by anything else.
        self.declare(var, Ty::Usize, false).pinned = true;
        let init = Stmt::Let { pat: Pat::Bind { var, mutable: true }, ty: None, init: Some(usize_lit(0)) };
        (init, expr(Ty::Usize, Kind::Var(var)))
    }

    fn while_counter(&mut self, depth: u32) -> Vec<Stmt> {
        let (init, k) = self.counter();
        let limit = self.count();
        let mut cond = bin(BinOp::Lt, k.clone(), limit);
        if self.dice.chance(0.4) {
            // Unlabelled jumps are not allowed in the condition of a `while`.
            self.closed += 1;
            cond = bin(BinOp::And, cond, self.cond(0));
            self.closed -= 1;
        }
        let first = self.dice.chance(0.5);
        let (id, label) = self.open_loop(!first, false);
        let mark = self.enter();
        let mut stmts = self.loop_body(depth);
        self.leave(mark);
        self.loops.pop();
        let bump = Stmt::OpAssign(BinOp::Add, k, usize_lit(1));
        if first {
            stmts.insert(0, bump)
        } else {
            stmts.push(bump)
        }
        vec![init, Stmt::While { id, label, cond, body: does(stmts) }]
    }

    /// Square root by Newton's method: the number of rounds depends on the data.
    fn newton(&mut self) -> Vec<Stmt> {
        let a = self.positive(1);
        let goal = self.let_value(self.real.clone(), a, false);
        let goal_var = bound_var(&goal);
        self.pin(goal_var);
        let a = expr(self.real.clone(), Kind::Var(goal_var));
        let start = self.positive(0);
        let guess = self.let_value(self.real.clone(), start, true);
        let guess_var = bound_var(&guess);
        self.pin(guess_var);
        let x = expr(self.real.clone(), Kind::Var(guess_var));
        let (init, k) = self.counter();
        let error = bin(BinOp::Sub, bin(BinOp::Mul, x.clone(), x.clone()), a.clone());
        let size = if self.features.weight(F::Functions) > 0.0 {
            call1(FloatFn::Abs, vec![error], false)
        } else {
            bin(BinOp::Mul, error.clone(), error)
        };
        let far = bin(BinOp::Gt, size, float(&self.real, 1e-3));
        let cond = bin(BinOp::And, far, bin(BinOp::Lt, k.clone(), usize_lit(12)));
        let half = float(&self.real, 0.5);
        let next = bin(BinOp::Mul, half, bin(BinOp::Add, x.clone(), bin(BinOp::Div, a, x.clone())));
        let (id, label) = self.open_loop(false, false);
        let mut stmts = vec![Stmt::OpAssign(BinOp::Add, k, usize_lit(1)), Stmt::Assign(x, next)];
        if self.dice.chance(0.4) {
            let mark = self.enter();
            stmts.extend(self.stmts(1, 0));
            self.leave(mark);
        }
        self.loops.pop();
        vec![goal, guess, init, Stmt::While { id, label, cond, body: does(stmts) }]
    }

    /// `loop` that breaks by a counter, with a value or without.
    fn loop_value(&mut self, depth: u32) -> Vec<Stmt> {
        let (init, k) = self.counter();
        let value = self.dice.chance(0.6);
        // The way out comes first or last; where it comes last, `continue` would skip it.
        let early = self.dice.chance(0.5);
        let (id, label) = self.open_loop(!early, value);
        let mark = self.enter();
        let last = bin(BinOp::Gt, k.clone(), usize_lit(2 + self.dice.below(3)));
        let mut stmts = vec![Stmt::OpAssign(BinOp::Add, k, usize_lit(1))];
        if early {
            let value = value.then(|| self.float(2));
            stmts.push(if_then(last, vec![Stmt::Break { id, label, value }]));
            stmts.extend(self.loop_body(depth));
        } else {
            stmts.extend(self.loop_body(depth));
            let value = value.then(|| self.float(2));
            stmts.push(if_then(last, vec![Stmt::Break { id, label, value }]));
        }
        self.leave(mark);
        self.loops.pop();
        let body = does(stmts);
        if !value {
            return vec![init, Stmt::Expr(expr(Ty::Unit, Kind::Loop { id, label, body }))];
        }
        let result = expr(self.real.clone(), Kind::Loop { id, label, body });
        vec![init, self.let_value(self.real.clone(), result, false)]
    }
}

fn bound_var(stmt: &Stmt) -> usize {
    match stmt {
        Stmt::Let { pat: Pat::Bind { var, .. }, .. } => *var,
        other => unreachable!("a plain let, not {other:?}"),
    }
}

/// Whether a block names a variable.
fn names(block: &Block, var: usize) -> bool {
    let wrapped = expr(Ty::Unit, Kind::Block(block.clone()));
    let mut found = false;
    crate::walk::each_in(&wrapped, &mut |e| found |= e.kind == Kind::Var(var));
    found
}
