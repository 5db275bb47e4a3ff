//! What may not be there: elements by `get` and `first`, items that iterators find, iterators in variables; and sorting.

use super::Gen;
use super::build::{bin, does, expr, float, usize_lit, yields};
use super::features::Feature as F;
use super::scope::Access;
use crate::ops::FloatFn;
use crate::tree::{
    Action, Adaptor, BinOp, Block, Chain, Closure, Expr, Finish, Kind, Maybe, Next, Pat, SortBy, Source, Stmt, Ty,
};

impl Gen<'_> {
    /// A float of an element that may not be there.
    pub(crate) fn element(&mut self, depth: u32) -> Option<Expr> {
        let real = self.real.clone();
        let local = self.choose(|l| l.ty.element() == Some(&real))?;
        let maybe = match self.dice.below(4) {
            0 => Maybe::End(local.expr(), false),
            1 => Maybe::End(local.expr(), true),
            _ => {
                let i = if self.dice.chance(0.5) { self.count() } else { usize_lit(self.dice.below(5)) };
                Maybe::Get(local.expr(), i)
            }
        };
        let mark = self.enter();
        self.restrict(local.var, Access::ReadOnly);
        let made = self.finished(maybe, &real.clone().reference(), depth);
        self.leave(mark);
        Some(made)
    }

    /// A float that an iterator finds.
    pub(crate) fn search(&mut self, depth: u32) -> Option<Expr> {
        let mark = self.enter();
        let made = self.searched(depth);
        self.leave(mark);
        made
    }

    fn searched(&mut self, depth: u32) -> Option<Expr> {
        let mut chain = self.chain(true)?;
        if let Source::Borrow(e) | Source::Value(e) = &chain.source {
            chain.source = Source::Iter(e.clone());
        }
        let floats = *chain.item.peeled() == self.real;
        let item = chain.item.clone();
        let real = self.real.clone();
        let (maybe, item) = match self.dice.below(9) {
            0 | 1 if floats => {
                (Maybe::Best { chain, greatest: self.dice.chance(0.5), total: self.dice.chance(0.5) }, item)
            }
            2 if floats => {
                let test = self.filtering(&item);
                (Maybe::Find(chain, test), item)
            }
            3 if floats => {
                let f = self.deciding(&item);
                (Maybe::FindMap(chain, f), real)
            }
            4 if floats => {
                let test = self.testing(&item);
                (Maybe::Position(chain, test), Ty::Usize)
            }
            5 if item == real => {
                let f = *self.dice.pick(&[FloatFn::Max, FloatFn::Min]);
                (Maybe::ReducePath(chain, f), real)
            }
            6 if item == real => {
                let f = self.joining();
                (Maybe::Reduce(chain, f), real)
            }
            7 => (Maybe::Nth(chain, usize_lit(self.dice.below(4))), item),
            8 => (Maybe::Nth(chain, usize_lit(0)), item),
            _ => (Maybe::Last(chain), item),
        };
        Some(self.finished(maybe, &item, depth))
    }

    /// A float made of what is there or is not.
    fn finished(&mut self, maybe: Maybe, item: &Ty, depth: u32) -> Expr {
        let real = self.real.clone();
        let plain = *item.peeled() == real;
        let depth = depth.min(1);
        let finish = match self.dice.below(6) {
            0 if plain => Finish::Or(Box::new(self.float(depth))),
            1 if plain => Finish::Unwrap,
            2 | 3 => {
                let other = self.float(depth);
                let mark = self.enter();
                let pat = self.item_pat(item);
                let body = self.pure_body(depth + 1);
                self.leave(mark);
                let closure = Closure { params: vec![(pat, None)], body: Box::new(body), moves: false };
                Finish::MapOr(Box::new(other), closure)
            }
            k => {
                let mark = self.enter();
                let pat = self.item_pat(item);
                let there = self.pure_body(depth + 1);
                self.leave(mark);
                let other = self.float(depth);
                Finish::Branch { pat, there: yields(there), other: yields(other), by_match: k == 4 }
            }
        };
        let braces = matches!(finish, Finish::Branch { .. });
        let made = expr(real.clone(), Kind::Maybe(Box::new(maybe), finish));
        if braces { expr(real, Kind::Block(yields(made))) } else { made }
    }

    /// `|x| if … { Some(…) } else { None }`
    pub(super) fn deciding(&mut self, item: &Ty) -> Closure {
        let mark = self.enter();
        let pat = self.item_pat(item);
        self.closed += 1;
        let ty = self.option(self.real.clone());
        let cond = self.cond(1);
        let good = self.float(1);
        let good = expr(ty.clone(), Kind::Construct(crate::records::GOOD, vec![(0, good)], None));
        let bad = expr(ty.clone(), Kind::Construct(0, Vec::new(), None));
        let body = expr(ty, Kind::If(Box::new(cond), yields(good), Some(yields(bad))));
        self.closed -= 1;
        self.leave(mark);
        self.freeze_named(&body);
        Closure { params: vec![(pat, None)], body: Box::new(body), moves: false }
    }

    /// `|x| *x > 0.5`, of the item itself.
    fn testing(&mut self, item: &Ty) -> Closure {
        let var = self.fresh();
        let x = super::build::deref(expr(item.clone(), Kind::Var(var)));
        let op = *self.dice.pick(&[BinOp::Gt, BinOp::Lt]);
        let test = bin(op, x, self.literal());
        Closure { params: vec![(Pat::bind(var), None)], body: Box::new(test), moves: false }
    }

    /// `|a, b| …` of two floats.
    fn joining(&mut self) -> Closure {
        let mark = self.enter();
        let real = self.real.clone();
        let (a, b) = (self.fresh(), self.fresh());
        let _ = b;
        self.declare(a, real.clone(), false);
        let b = self.fresh();
        self.declare(b, real.clone(), false);
        let half = bin(BinOp::Mul, expr(real.clone(), Kind::Var(a)), float(&real, 0.5));
        let change = self.pure_body(1);
        let body = bin(BinOp::Add, half, bin(BinOp::Mul, expr(real, Kind::Var(b)), change));
        self.leave(mark);
        self.freeze_named(&body);
        Closure { params: vec![(Pat::bind(a), None), (Pat::bind(b), None)], body: Box::new(body), moves: false }
    }

    /// An adaptor that decides, expands or repeats; `None` where there is none for the items.
    pub(super) fn more_adaptors(&mut self, chain: &mut Chain) -> bool {
        let item = chain.item.clone();
        let real = self.real.clone();
        let floats = *item.peeled() == real;
        match self.dice.below(6) {
            0 if floats && self.coin(F::Deciding, 1.0) => {
                let f = self.deciding(&item);
                chain.adaptors.push(Adaptor::FilterMap(f));
            }
            1 if floats && self.coin(F::Deciding, 1.0) => {
                let f = self.deciding(&item);
                chain.adaptors.push(Adaptor::MapWhile(f));
            }
            2 if floats && self.coin(F::Deciding, 1.0) => {
                let (init, f) = self.scanning(&item);
                chain.adaptors.push(Adaptor::Scan(Box::new(init), f));
            }
            3 if floats && self.coin(F::Flat, 1.0) => {
                let mark = self.enter();
                let pat = self.item_pat(&item);
                let (a, b) = (self.pure_body(1), self.pure_body(1));
                self.leave(mark);
                let body = expr(real.clone().array(2), Kind::Array(vec![a, b]));
                self.freeze_named(&body);
                let closure = Closure { params: vec![(pat, None)], body: Box::new(body), moves: false };
                chain.adaptors.push(Adaptor::FlatMap(closure));
            }
            4 if item.peeled().element() == Some(&real) && self.coin(F::Flat, 1.0) => {
                chain.adaptors.push(Adaptor::Flatten);
                chain.item = real.reference();
                return true;
            }
            5 if chain.adaptors.is_empty() && self.coin(F::Flat, 1.0) => {
                chain.adaptors.push(Adaptor::CycleTake(usize_lit(self.dice.below(7))));
                return true;
            }
            _ => return false,
        }
        chain.item = real;
        true
    }

    /// `scan(1.0, |s, x| { *s = …; if … { Some(…) } else { None } })`
    fn scanning(&mut self, item: &Ty) -> (Expr, Closure) {
        let init = self.float(1);
        let mark = self.enter();
        let real = self.real.clone();
        let state = self.fresh();
        let pat = {
            self.declare(state, real.clone().mutable(), false);
            self.item_pat(item)
        };
        self.closed += 1;
        let place = super::build::deref(expr(real.clone().mutable(), Kind::Var(state)));
        let next = self.update(place.clone(), 1);
        let ty = self.option(real);
        let cond = self.cond(0);
        let good = bin(BinOp::Add, place.clone(), self.float(1));
        let good = expr(ty.clone(), Kind::Construct(crate::records::GOOD, vec![(0, good)], None));
        let bad = expr(ty.clone(), Kind::Construct(0, Vec::new(), None));
        let tail = expr(ty.clone(), Kind::If(Box::new(cond), yields(good), Some(yields(bad))));
        self.closed -= 1;
        self.leave(mark);
        let block = Block { stmts: vec![Stmt::Assign(place, next)], tail: Some(Box::new(tail)) };
        let body = expr(ty, Kind::Block(block));
        self.freeze_named(&body);
        let params = vec![(Pat::bind(state), None), (pat, None)];
        (init, Closure { params, body: Box::new(body), moves: false })
    }

    /// `match a.total_cmp(&b) { Ordering::Less => …, … }`
    pub(crate) fn by_order(&mut self, depth: u32) -> Option<Expr> {
        let real = self.real.clone();
        let a = self.choose(|l| l.ty == real)?;
        let b = self.choose(|l| l.ty == real)?;
        let arms = (0..3).map(|_| yields(self.float(depth))).collect();
        let total = self.dice.chance(0.5);
        let order = expr(real.clone(), Kind::ByOrder(Box::new(a.expr()), Box::new(b.expr()), total, arms));
        Some(expr(real, Kind::Block(yields(order))))
    }

    /// `v.sort_by(…);`
    pub(crate) fn sort(&mut self) -> Option<Vec<Stmt>> {
        let v = self.writable_floats()?;
        let by = *self.dice.pick(&[SortBy::Partial, SortBy::Total, SortBy::Down, SortBy::Size, SortBy::Unstable]);
        Some(vec![Stmt::Do(Action::Sort(by), vec![v])])
    }

    /// `let mut it = v.iter(); … it.next() … while let Some(x) = it.next() { … }`, in a block of its own.
    pub(crate) fn iterator_state(&mut self, depth: u32) -> Option<Vec<Stmt>> {
        if self.closed > 0 || self.loops.len() >= 3 {
            return None;
        }
        let mark = self.enter();
        let made = self.stateful(depth);
        self.leave(mark);
        made.map(|stmts| vec![Stmt::Expr(expr(Ty::Unit, Kind::Block(does(stmts))))])
    }

    fn stateful(&mut self, depth: u32) -> Option<Vec<Stmt>> {
        let mut chain = self.plain_source()?;
        if let Source::Borrow(e) | Source::Value(e) = &chain.source {
            chain.source = Source::Iter(e.clone());
        }
        let floats = *chain.item.peeled() == self.real;
        let mut whole = true;
        match self.dice.below(6) {
            0 => {
                chain.item = Ty::Tuple(vec![Ty::Usize, chain.item]);
                chain.adaptors.push(Adaptor::Enumerate);
            }
            1 => {
                let item = chain.item.clone();
                let closure = self.mapping(&item);
                chain.item = self.real.clone();
                chain.adaptors.push(Adaptor::Map(closure));
            }
            2 if floats => {
                let item = chain.item.clone();
                let closure = self.filtering(&item);
                chain.adaptors.push(Adaptor::Filter(closure));
                whole = false;
            }
            3 if floats => {
                let item = chain.item.clone();
                let f = self.deciding(&item);
                chain.adaptors.push(Adaptor::FilterMap(f));
                chain.item = self.real.clone();
                whole = false;
            }
            4 => chain.adaptors.push(Adaptor::Rev),
            _ => {}
        }
        let item = chain.item.clone();
        let it = self.fresh();
        self.declare(it, Ty::Unit, false).pinned = true;
        self.restrict(it, Access::Hidden);
        let mut stmts = vec![Stmt::LetIter { var: it, chain }];
        for _ in 0..1 + self.dice.below(3) {
            match self.dice.below(5) {
                0 | 1 => {
                    // One more item, or what stands in for it.
                    let how = match self.dice.below(4) {
                        0 if whole => Next::Back,
                        1 => Next::Nth(1),
                        _ => Next::Front,
                    };
                    let value = self.finished(Maybe::Next(it, how, matches!(item, Ty::Ref(..))), &item, 1);
                    if let Some(target) = self.float_place(true) {
                        stmts.push(Stmt::OpAssign(BinOp::Add, target, value));
                    } else {
                        stmts.push(self.let_value(self.real.clone(), value, false));
                    }
                }
                2 => {
                    let inner = self.enter();
                    let pat = self.item_pat(&item);
                    let (id, label) = self.open_loop(false, false);
                    let body = does(self.loop_body(depth.min(1)));
                    self.loops.pop();
                    self.leave(inner);
                    stmts.push(Stmt::WhileNext { id, label, pat, iter: it, body });
                }
                3 => {
                    let inner = self.enter();
                    let pat = self.item_pat(&item);
                    let over = Chain { source: Source::Rest(it, true), adaptors: Vec::new(), item: item.clone() };
                    let over = if self.dice.chance(0.5) {
                        Chain { adaptors: vec![Adaptor::Take(usize_lit(2))], ..over }
                    } else {
                        over
                    };
                    let stmt = self.for_over(pat, over, depth.min(1));
                    self.leave(inner);
                    stmts.push(stmt);
                }
                _ => {}
            }
        }
        if self.dice.chance(0.7) {
            let inner = self.enter();
            let pat = self.item_pat(&item);
            let over = Chain { source: Source::Rest(it, false), adaptors: Vec::new(), item };
            let stmt = self.for_over(pat, over, depth.min(1));
            self.leave(inner);
            stmts.push(stmt);
        }
        Some(stmts)
    }
}
