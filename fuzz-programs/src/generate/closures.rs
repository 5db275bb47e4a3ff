//! Closures bound to names.

use super::Gen;
use super::build::{bin, does, expr};
use super::features::Feature as F;
use super::scope::Access;
use crate::tree::{BinOp, Closure, Expr, Kind, Pat, Stmt, Ty};

impl Gen<'_> {
    /// A closure body: pure, and everything it names is borrowed from here on.
    pub(crate) fn pure_body(&mut self, depth: u32) -> Expr {
        self.closed += 1;
        let body = if self.coin(F::Blocks, 0.15) {
            let mark = self.enter();
            let stmts = self.pure_lets(1);
            let tail = self.float(depth);
            self.leave(mark);
            let block = crate::tree::Block { stmts, tail: Some(Box::new(tail)) };
            expr(self.real.clone(), Kind::Block(block))
        } else {
            self.float(depth)
        };
        self.closed -= 1;
        body
    }

    /// The whole body of a closure: also with `return`.
    pub(crate) fn whole_body(&mut self, depth: u32) -> Expr {
        if !self.coin(F::ClosureReturn, 0.15) {
            return self.pure_body(depth);
        }
        self.closed += 1;
        let mark = self.enter();
        let mut stmts = self.pure_lets(1);
        let cond = self.cond(1);
        let early = Some(self.float(depth.min(1)));
        stmts.push(super::build::if_then(cond, vec![Stmt::Return(early)]));
        let tail = self.float(depth);
        self.leave(mark);
        self.closed -= 1;
        expr(self.real.clone(), Kind::Block(crate::tree::Block { stmts, tail: Some(Box::new(tail)) }))
    }

    pub(crate) fn closure_statement(&mut self) -> Option<Vec<Stmt>> {
        if self.closed > 0 {
            return None;
        }
        if self.coin(F::ClosureMut, 0.35) {
            return self.mutating_closure();
        }
        let real = self.real.clone();
        let n = 1 + self.dice.below(2);
        let mark = self.enter();
        let params: Vec<_> = (0..n)
            .map(|_| {
                let var = self.fresh();
                self.declare(var, real.clone(), false);
                (Pat::bind(var), Some(real.clone()))
            })
            .collect();
        let body = self.whole_body(3);
        self.leave(mark);
        let mut closure = Closure { params, body: Box::new(body), moves: false };
        let copies = |v: &usize| self.local(*v).is_none_or(|l| l.ty.is_copy() && l.closure.is_none());
        let movable = closure.captures().iter().all(copies);
        if movable && self.coin(F::ClosureMove, 1.0) {
            // Its captures are copies: nothing stays borrowed.
            closure.moves = true;
        } else {
            let body = (*closure.body).clone();
            self.freeze_named(&body);
        }
        let var = self.fresh();
        let local = self.declare(var, Ty::Unit, false);
        local.closure = Some(n);
        local.pinned = true;
        Some(vec![Stmt::LetClosure { var, mutable: false, closure }])
    }

    pub(crate) fn closure_call(&mut self, depth: u32) -> Option<Expr> {
        let local = self.choose(|l| l.closure.is_some())?;
        let n = local.closure.expect("chosen as a closure");
        let args = (0..n).map(|_| self.float(depth.min(2))).collect();
        let passed = self.coin(F::PassedClosures, 0.5);
        let kind = if passed { Kind::PassClosure(local.var, args) } else { Kind::CallClosure(local.var, args) };
        Some(expr(self.real.clone(), kind))
    }

    /// `{ let mut add = |x: f64| { acc += x * c; }; add(a); add(b); }`
    fn mutating_closure(&mut self) -> Option<Vec<Stmt>> {
        let real = self.real.clone();
        let target = self.choose(|l| l.ty == real && l.writable())?;
        let mark = self.enter();
        let x = self.fresh();
        self.declare(x, real.clone(), false);
        let value = {
            let change = self.pure_body(2);
            let grown = bin(BinOp::Add, target.expr(), change);
            self.apply_fn(crate::ops::FloatFn::Sin, vec![grown])
        };
        let mut inner = Vec::new();
        if self.coin(F::ClosureReturn, 0.4) {
            self.closed += 1;
            let cond = bin(BinOp::Gt, expr(real.clone(), Kind::Var(x)), self.literal());
            self.closed -= 1;
            inner.push(super::build::if_then(cond, vec![Stmt::Return(None)]));
        }
        inner.push(Stmt::Assign(target.expr(), value.clone()));
        let body = does(inner);
        self.leave(mark);
        let mark = self.enter();
        self.freeze_named(&value);
        self.restrict(target.var, Access::Hidden);
        let f = self.fresh();
        self.declare(f, Ty::Unit, false).pinned = true;
        let closure = Closure {
            params: vec![(Pat::bind(x), Some(real))],
            body: Box::new(expr(Ty::Unit, Kind::Block(body))),
            moves: false,
        };
        let mut closure = closure;
        let copies = |v: &usize| self.local(*v).is_none_or(|l| l.ty.is_copy() && l.closure.is_none());
        closure.moves = closure.captures().iter().all(copies) && self.coin(F::ClosureMove, 1.0);
        let mut stmts = vec![Stmt::LetClosure { var: f, mutable: true, closure }];
        for _ in 0..2 {
            let arg = self.float(2);
            stmts.push(Stmt::Expr(expr(Ty::Unit, Kind::CallClosure(f, vec![arg]))));
        }
        self.leave(mark);
        Some(vec![Stmt::Expr(expr(Ty::Unit, Kind::Block(does(stmts))))])
    }

    /// `v.iter().enumerate().for_each(|(i, x)| acc += …)`
    fn accumulating(&mut self) -> Option<Vec<Stmt>> {
        use crate::tree::{Source, Terminal};
        let real = self.real.clone();
        let acc = self.choose(|l| l.ty == real && l.writable())?;
        let mark = self.enter();
        self.restrict(acc.var, Access::Hidden);
        let made = self.chain(true);
        let Some(mut chain) = made else {
            self.leave(mark);
            return None;
        };
        if let Source::Borrow(e) | Source::Value(e) = &chain.source {
            chain.source = Source::Iter(e.clone());
        }
        let item = chain.item.clone();
        let pat = self.item_pat(&item);
        self.closed += 1;
        let change = self.bounded(2);
        self.closed -= 1;
        self.leave(mark);
        let body = does(vec![Stmt::OpAssign(BinOp::Add, acc.expr(), change)]);
        let closure =
            Closure { params: vec![(pat, None)], body: Box::new(expr(Ty::Unit, Kind::Block(body))), moves: false };
        let done = expr(Ty::Unit, Kind::Chain(Box::new(chain), Terminal::ForEach(closure)));
        Some(vec![Stmt::Expr(done)])
    }

    /// `(0..n).for_each(|i| v[i] = …)` or `v.iter_mut().for_each(|x| *x = …)`
    pub(crate) fn for_each(&mut self) -> Option<Vec<Stmt>> {
        use crate::tree::{Chain, Source, Terminal};
        if self.closed > 0 {
            return None;
        }
        let real = self.real.clone();
        if self.dice.chance(0.35) {
            return self.accumulating();
        }
        let local = self.choose(|l| l.writable() && l.ty.element() == Some(&real) && !l.dims.is_empty())?;
        let mark = self.enter();
        let var = self.fresh();
        let (chain, target) = if self.dice.chance(0.5) {
            self.restrict(local.var, Access::Hidden);
            let item = real.mutable();
            self.declare(var, item.clone(), false);
            let target = super::build::deref(expr(item.clone(), Kind::Var(var)));
            (Chain { source: Source::IterMut(local.expr()), adaptors: Vec::new(), item }, target)
        } else {
            let n = self.dim_expr(local.dims[0])?;
            self.declare(var, Ty::Usize, false).bound = Some((local.dims[0], 0, 0));
            let target = super::build::index(local.expr(), expr(Ty::Usize, Kind::Var(var)));
            (super::loops::range_chain(super::build::usize_lit(0), n, false), target)
        };
        self.closed += 1;
        let value = self.update(target.clone(), 2);
        self.closed -= 1;
        self.leave(mark);
        let body = does(vec![Stmt::Assign(target, value)]);
        let closure = Closure {
            params: vec![(Pat::bind(var), None)],
            body: Box::new(expr(Ty::Unit, Kind::Block(body))),
            moves: false,
        };
        let done = expr(Ty::Unit, Kind::Chain(Box::new(chain), Terminal::ForEach(closure)));
        Some(vec![Stmt::Expr(done)])
    }
}
