//! Iterator chains. rustc's demands on `rev` (both ends, exact length) are tracked along the chain.

use super::Gen;
use super::build::{bin, deref, expr, field, float, usize_lit};
use super::features::Feature as F;
use super::loops::range_chain;
use super::scope::{Access, Local};
use crate::ops::FloatFn;
use crate::tree::{Adaptor, BinOp, Chain, Closure, Expr, Kind, Pat, Source, Terminal, Ty};

impl Gen<'_> {
    fn sequence(&mut self) -> Option<Local> {
        let real = self.real.clone();
        self.choose(|l| super::floats::holds(&l.ty, &real) && l.ty.element().is_some())
    }

    /// `v.iter()` of something in scope, which stays borrowed until the scope is left.
    pub(crate) fn plain_source(&mut self) -> Option<Chain> {
        let local = self.sequence()?;
        self.restrict(local.var, Access::ReadOnly);
        let item = local.ty.element()?.clone().reference();
        let source = match (&local.ty, self.dice.below(3)) {
            // A shared slice is itself an iterable.
            (Ty::Ref(_, false), 0) => Source::Value(local.expr()),
            (Ty::Ref(..), _) => Source::Iter(local.expr()),
            (_, 0) => Source::Borrow(local.expr()),
            _ => Source::Iter(local.expr()),
        };
        Some(Chain { source, adaptors: Vec::new(), item })
    }

    /// `v.windows(2)` or `v.chunks_exact(2)`; the items have no loop variable to index them with, only literals.
    fn chunk_source(&mut self) -> Option<Chain> {
        let real = self.real.clone();
        let local = self.choose(|l| l.ty.element() == Some(&real))?;
        self.restrict(local.var, Access::ReadOnly);
        let k = usize_lit(2);
        let backwards = self.coin(F::Flat, 0.25);
        let source = match self.dice.below(3) {
            _ if backwards => Source::RChunks(local.expr(), k, self.dice.chance(0.5)),
            0 => Source::Windows(local.expr(), k),
            1 => Source::Chunks(local.expr(), k, true),
            _ => Source::Chunks(local.expr(), k, false),
        };
        Some(Chain { source, adaptors: Vec::new(), item: real.slice().reference() })
    }

    /// A chain with random adaptors; `closures` allows `map` and `filter`.
    pub(crate) fn chain(&mut self, closures: bool) -> Option<Chain> {
        let ranged = self.coin(F::ForRange, 0.15);
        let mut chain = if self.coin(F::Chunks, 0.12) {
            self.chunk_source()?
        } else if ranged {
            let hi = self.count();
            range_chain(usize_lit(0), hi, false)
        } else {
            self.plain_source()?
        };
        let (mut exact, mut both) = (true, true);
        // `&v` and `v` take adaptors only after `into_iter`, which people write as `iter`.
        if self.features.weight(F::Chains) == 0.0 && !closures {
            return Some(chain);
        }
        for _ in 0..self.dice.below(3) {
            if let Source::Borrow(e) | Source::Value(e) = &chain.source {
                chain.source = Source::Iter(e.clone());
            }
            if closures && (self.coin(F::Deciding, 0.08) || self.coin(F::Flat, 0.08)) && self.more_adaptors(&mut chain)
            {
                (exact, both) = (false, false);
                continue;
            }
            match self.dice.below(if closures { 12 } else { 8 }) {
                0 if matches!(&chain.item, Ty::Ref(t, false) if t.is_copy()) => {
                    let Ty::Ref(inner, _) = chain.item.clone() else { unreachable!() };
                    chain.item = *inner;
                    chain.adaptors.push(if self.dice.chance(0.7) { Adaptor::Copied } else { Adaptor::Cloned });
                }
                1 => {
                    chain.item = Ty::Tuple(vec![Ty::Usize, chain.item]);
                    chain.adaptors.push(Adaptor::Enumerate);
                    both &= exact;
                }
                2 => {
                    if let Some(other) = self.plain_source() {
                        chain.item = Ty::Tuple(vec![chain.item, other.item.clone()]);
                        chain.adaptors.push(Adaptor::Zip(other));
                        both &= exact;
                    }
                }
                3 if both => chain.adaptors.push(Adaptor::Rev),
                4 => {
                    let n = self.small_int(Ty::Usize);
                    chain.adaptors.push(Adaptor::Take(n));
                    both &= exact;
                }
                5 => {
                    chain.adaptors.push(Adaptor::Skip(usize_lit(1)));
                    both &= exact;
                }
                6 => {
                    chain.adaptors.push(Adaptor::StepBy(usize_lit(2)));
                    both &= exact;
                }
                7 => {
                    if self.coin(F::ChainTwo, 0.8)
                        && let Some(other) = self.plain_source()
                        && other.item == chain.item
                    {
                        chain.adaptors.push(Adaptor::Chain(other));
                        exact = false;
                    }
                }
                8 => {
                    let item = chain.item.clone();
                    let closure = self.mapping(&item);
                    chain.item = self.real.clone();
                    chain.adaptors.push(Adaptor::Map(closure));
                }
                9 => {
                    let item = chain.item.clone();
                    if (item.peeled().is_float() || item == Ty::Usize) && self.coin(F::While2, 1.0) {
                        let closure = self.filtering(&item);
                        let take = self.dice.chance(0.5);
                        chain.adaptors.push(if take {
                            Adaptor::TakeWhile(closure)
                        } else {
                            Adaptor::SkipWhile(closure)
                        });
                        (exact, both) = (false, false);
                    }
                }
                10 => {
                    let item = chain.item.clone();
                    if item.peeled().is_float() && self.coin(F::Inspect, 1.0) {
                        let closure = self.inspecting(&item);
                        chain.adaptors.push(Adaptor::Inspect(closure));
                    }
                }
                11 => {
                    // `filter` sees a reference to the item; only plain items keep its pattern readable.
                    let item = chain.item.clone();
                    if item.peeled().is_float() || item == Ty::Usize {
                        let closure = self.filtering(&item);
                        chain.adaptors.push(Adaptor::Filter(closure));
                        exact = false;
                    }
                }
                _ => {}
            }
        }
        Some(chain)
    }

    /// A pattern for an item; what it binds is declared.
    pub(crate) fn item_pat(&mut self, ty: &Ty) -> Pat {
        match ty {
            Ty::Tuple(ts) => Pat::Tuple(ts.iter().map(|t| self.item_pat(t)).collect()),
            Ty::Ref(inner, false) if inner.is_copy() && self.dice.chance(0.5) => {
                Pat::Ref(Box::new(self.item_pat(inner)))
            }
            ty => {
                let var = self.fresh();
                self.declare(var, ty.clone(), false);
                Pat::bind(var)
            }
        }
    }

    pub(super) fn mapping(&mut self, item: &Ty) -> Closure {
        let mark = self.enter();
        let pat = self.item_pat(item);
        let body = self.whole_body(2);
        self.leave(mark);
        self.freeze_named(&body);
        Closure { params: vec![(pat, None)], body: Box::new(body), moves: false }
    }

    /// `|&&x| { assert!(x < 4096.0); }` or `|x| { println!("{:?}", x); }`
    fn inspecting(&mut self, item: &Ty) -> Closure {
        let var = self.fresh();
        let mut pat = Pat::Ref(Box::new(Pat::bind(var)));
        if let Ty::Ref(..) = item {
            pat = Pat::Ref(Box::new(pat));
        }
        let x = expr(item.peeled().clone(), Kind::Var(var));
        let stmt = if self.coin(F::Print, 0.5) {
            crate::tree::Stmt::Println(vec![x])
        } else {
            crate::tree::Stmt::Assert(bin(BinOp::Lt, x, float(&self.real, 4096.0)), false)
        };
        let body = expr(Ty::Unit, Kind::Block(super::build::does(vec![stmt])));
        Closure { params: vec![(pat, None)], body: Box::new(body), moves: false }
    }

    /// `v.iter().any(|&x| x > 0.5)`
    pub(crate) fn any_all(&mut self) -> Option<Expr> {
        let mark = self.enter();
        let real = self.real.clone();
        let local = self.choose(|l| l.ty.element() == Some(&real));
        let made = local.map(|local| {
            let item = real.clone().reference();
            let mut chain = Chain { source: Source::Iter(local.expr()), adaptors: Vec::new(), item: item.clone() };
            if self.dice.chance(0.3) {
                chain.adaptors.push(Adaptor::Skip(usize_lit(1)));
            }
            let var = self.fresh();
            let by_value = self.dice.chance(0.5);
            let pat = if by_value { Pat::Ref(Box::new(Pat::bind(var))) } else { Pat::bind(var) };
            let x = expr(if by_value { real.clone() } else { item }, Kind::Var(var));
            let op = *self.dice.pick(&[BinOp::Gt, BinOp::Lt]);
            let test = bin(op, deref(x), self.literal());
            let closure = Closure { params: vec![(pat, None)], body: Box::new(test), moves: false };
            let end = if self.dice.chance(0.5) { Terminal::Any(closure) } else { Terminal::All(closure) };
            expr(Ty::Bool, Kind::Chain(Box::new(chain), end))
        });
        self.leave(mark);
        made
    }

    pub(super) fn filtering(&mut self, item: &Ty) -> Closure {
        let mark = self.enter();
        let var = self.fresh();
        // `filter(|&x| …)` for values, `filter(|&&x| …)` for references.
        let mut pat = Pat::Ref(Box::new(Pat::bind(var)));
        if let Ty::Ref(..) = item {
            pat = Pat::Ref(Box::new(pat));
        }
        self.declare(var, item.peeled().clone(), false);
        let x = expr(item.peeled().clone(), Kind::Var(var));
        self.closed += 1;
        let body = if item.peeled().is_float() {
            let op = *self.dice.pick(&[BinOp::Gt, BinOp::Lt]);
            bin(op, x, self.literal())
        } else {
            bin(BinOp::Ne, bin(BinOp::Rem, x, usize_lit(2)), usize_lit(1))
        };
        self.closed -= 1;
        self.leave(mark);
        Closure { params: vec![(pat, None)], body: Box::new(body), moves: false }
    }

    /// A chain whose items are floats (or references to floats).
    fn float_items(&mut self) -> Option<Chain> {
        let mut chain = self.chain(true)?;
        if *chain.item.peeled() != self.real {
            if let Source::Borrow(e) | Source::Value(e) = &chain.source {
                chain.source = Source::Iter(e.clone());
            }
            let item = chain.item.clone();
            let closure = self.mapping(&item);
            chain.item = self.real.clone();
            chain.adaptors.push(Adaptor::Map(closure));
        }
        if let Source::Borrow(e) | Source::Value(e) = &chain.source {
            chain.source = Source::Iter(e.clone());
        }
        if self.coin(F::Paths, 0.3) {
            if chain.item != self.real {
                chain.item = self.real.clone();
                chain.adaptors.push(Adaptor::Copied);
            }
            let f = *self.dice.pick(&[FloatFn::Sin, FloatFn::Tanh, FloatFn::Abs, FloatFn::Atan]);
            chain.adaptors.push(Adaptor::MapPath(f, self.real.clone()));
        }
        Some(chain)
    }

    /// `.filter(…).count()`: how many elements an active condition keeps.
    pub(crate) fn counted(&mut self) -> Option<Expr> {
        let mut chain = self.float_items()?;
        if chain.adaptors.len() < 2 {
            let item = chain.item.clone();
            let closure = self.filtering(&item);
            chain.adaptors.push(Adaptor::Filter(closure));
        }
        Some(expr(Ty::Usize, Kind::Chain(Box::new(chain), Terminal::Count)))
    }

    /// `.collect::<Vec<_>>()` of floats.
    pub(crate) fn collected(&mut self, _depth: u32) -> Option<Expr> {
        let mark = self.enter();
        let made = self.float_items();
        self.leave(mark);
        let mut chain = made?;
        if chain.item != self.real {
            chain.adaptors.push(Adaptor::Copied);
            chain.item = self.real.clone();
        }
        Some(expr(self.real.clone().vec(), Kind::Chain(Box::new(chain), Terminal::Collect)))
    }

    /// A float from a chain: a sum, a product, a fold.
    pub(crate) fn float_chain(&mut self, depth: u32) -> Option<Expr> {
        if self.features.weight(F::Chains) == 0.0 {
            return None;
        }
        let mark = self.enter();
        let made = self.reduced(depth);
        self.leave(mark);
        made
    }

    fn reduced(&mut self, depth: u32) -> Option<Expr> {
        let real = self.real.clone();
        let end = |chain: Chain, t: Terminal| Some(expr(real.clone(), Kind::Chain(Box::new(chain), t)));
        match self.dice.below(6) {
            0 => {
                let chain = self.float_items()?;
                end(chain, Terminal::Product)
            }
            1 | 2 => {
                let chain = self.chain(true)?;
                let mut chain = chain;
                if let Source::Borrow(e) | Source::Value(e) = &chain.source {
                    chain.source = Source::Iter(e.clone());
                }
                let init = self.float(depth.min(1));
                let mark = self.enter();
                let pair = self.coin(F::Tuples, 0.25);
                let acc = self.fresh();
                let acc_ty = if pair { Ty::Tuple(vec![Ty::Usize, self.real.clone()]) } else { self.real.clone() };
                self.declare(acc, acc_ty.clone(), false);
                let item = chain.item.clone();
                let pat = self.item_pat(&item);
                let acc_e = expr(acc_ty.clone(), Kind::Var(acc));
                self.closed += 1;
                let old = if pair { field(acc_e.clone(), 1) } else { acc_e.clone() };
                let new = self.update(old, 1);
                self.closed -= 1;
                self.leave(mark);
                let (init, body) = if pair {
                    let next = bin(BinOp::Add, field(acc_e, 0), usize_lit(1));
                    (
                        expr(acc_ty.clone(), Kind::Tuple(vec![usize_lit(0), init])),
                        expr(acc_ty.clone(), Kind::Tuple(vec![next, new])),
                    )
                } else {
                    (init, new)
                };
                let closure =
                    Closure { params: vec![(Pat::bind(acc), None), (pat, None)], body: Box::new(body), moves: false };
                let fold = expr(acc_ty, Kind::Chain(Box::new(chain), Terminal::Fold(Box::new(init), closure)));
                Some(if pair { field(fold, 1) } else { fold })
            }
            3 if self.features.weight(F::Paths) > 0.0 => {
                let mut chain = self.float_items()?;
                if chain.item != self.real {
                    chain.adaptors.push(Adaptor::Copied);
                    chain.item = self.real.clone();
                }
                let f = *self.dice.pick(&[FloatFn::Max, FloatFn::Min]);
                let start = if self.dice.chance(0.3) { self.float_leaf() } else { float(&self.real, 0.5) };
                end(chain, Terminal::FoldPath(Box::new(deref(start)), f))
            }
            _ => {
                let chain = self.float_items()?;
                end(chain, Terminal::Sum)
            }
        }
    }
}
