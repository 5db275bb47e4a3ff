//! Iterators: every chain becomes one counted loop over an index, its closures inlined.
//!
//! An [`Iter`] is *indexable* if its k-th item can be computed from k: ranges, elements, chunks, `zip`, `map`,
//! `rev`, `take`, … Then the loop runs over k. `filter` and what follows it are stages inside the loop's body.

use super::cursor::Cursor;
use super::env::{Closure, Operand, RangeOperand};
use super::{Lower, peeled};
use crate::ir::{BinOp, Init, OpKind, Place, Range, Ty, Value, Var};
use crate::messages as m;
use proc_macro2::Span;
use quote::quote;
use std::rc::Rc;

/// An iterator that was not run yet.
#[derive(Clone)]
pub(crate) enum Iter {
    Range(Rc<RangeOperand>),
    /// True for `iter_mut` and the like: the items are `&mut`.
    Elements(Operand, bool),
    /// The last two: whether only whole chunks, and whether the items are `&mut`.
    Chunks(Operand, Value, bool, bool),
    Windows(Operand, Value),
    Zip(Box<Iter>, Box<Iter>),
    Enumerate(Box<Iter>),
    Map(Box<Iter>, Operand),
    Rev(Box<Iter>),
    Take(Box<Iter>, Value),
    Skip(Box<Iter>, Value),
    StepBy(Box<Iter>, Value),
    /// `copied`, `cloned`
    Copied(Box<Iter>),
    Filter(Box<Iter>, Operand),
    TakeWhile(Box<Iter>, Operand),
    SkipWhile(Box<Iter>, Operand),
    Chain(Box<Iter>, Box<Iter>),
    /// `inspect`
    Inspect(Box<Iter>, Operand),
    /// `iter::repeat(x)`
    Repeat(Operand),
    FilterMap(Box<Iter>, Operand),
    MapWhile(Box<Iter>, Operand),
    /// `scan(state, f)`
    Scan(Box<Iter>, Operand, Operand),
    /// `flat_map(f)`, or `flatten()`.
    FlatMap(Box<Iter>, Option<Operand>),
    Cycle(Box<Iter>),
    /// As for chunks.
    RChunks(Operand, Value, bool, bool),
    /// `iter::successors(first, f)`
    Successors(Operand, Operand),
    /// `iter::from_fn(f)`
    FromFn(Operand),
    /// What an iterator in a variable has left.
    Left(Rc<Cursor>),
    /// The same by reference: the variable goes along. From its end where the last is true.
    ByRef(Rc<Cursor>, bool),
    /// An iterator in a variable whose state is not followed: it can be used up, and not asked twice.
    Unfollowed(Box<Iter>),
}

impl Iter {
    pub(super) fn is_indexable(&self) -> bool {
        match self {
            Iter::Range(_) | Iter::Elements(..) | Iter::Chunks(..) | Iter::Windows(..) | Iter::Repeat(_) => true,
            Iter::RChunks(..) | Iter::Left(_) => true,
            Iter::Zip(a, b) => a.is_indexable() && b.is_indexable(),
            // A closure with effects runs for exactly the items that Rust runs it for.
            Iter::Map(i, f) => i.is_indexable() && !has_effects(f),
            Iter::Enumerate(i)
            | Iter::Rev(i)
            | Iter::Take(i, _)
            | Iter::Skip(i, _)
            | Iter::StepBy(i, _)
            | Iter::Cycle(i)
            | Iter::Unfollowed(i)
            | Iter::Copied(i) => i.is_indexable(),
            Iter::Filter(..) | Iter::TakeWhile(..) | Iter::SkipWhile(..) | Iter::Chain(..) | Iter::Inspect(..) => false,
            Iter::FilterMap(..) | Iter::MapWhile(..) | Iter::Scan(..) | Iter::FlatMap(..) => false,
            Iter::Successors(..) | Iter::FromFn(_) | Iter::ByRef(..) => false,
        }
    }
}

impl Lower<'_> {
    /// What a `for` or an adaptor iterates over.
    pub(super) fn iterate(&mut self, operand: Operand, span: Span) -> Option<Iter> {
        match operand {
            Operand::Iter(i) => Some(*i),
            Operand::Range(r) => Some(Iter::Range(r)),
            Operand::Never => None,
            // One item or none: `once(x).take(some)`.
            option if matches!(self.head_of(&option), Ty::Option(_)) => {
                let (some, held) = self.option_of(option, span)?;
                let (one, none) = (self.index_lit(1, span), self.index_lit(0, span));
                let count = self.push_value(OpKind::Select(some, one, none), Ty::USIZE, span);
                Some(Iter::Take(Box::new(Iter::Repeat(held)), count))
            }
            Operand::Value(_) | Operand::Unit | Operand::Closure(_) | Operand::Tuple(_) | Operand::Ordering(_) => {
                self.sink.error(span, m::NOT_ITERABLE, "");
                None
            }
            other => {
                let base = self.viewed(other, span)?;
                self.by_value_or_ref(base, span)
            }
        }
    }

    /// `for x in base`: a variable gives its elements, a reference gives references to them.
    pub(super) fn by_value_or_ref(&mut self, base: Operand, span: Span) -> Option<Iter> {
        Some(match base {
            Operand::Place(p) => {
                let ty = self.func.place_ty(&p);
                let vec = matches!(self.func.types.resolve(&ty), Ty::Vec(_));
                let base = if self.is_immutable(&p) || vec && !p.path.is_empty() {
                    Operand::Place(p)
                } else if vec {
                    // The name may be given a new value before the loop runs.
                    Operand::Place(Place::whole(self.declare("items", ty, Init::Move(p), span)))
                } else {
                    // An array is copied: the loop may change the variable.
                    let init = Init::Copy { from: p, how: crate::ir::CopyHow::Bits };
                    Operand::Place(Place::whole(self.declare("items", ty, init, span)))
                };
                Iter::Copied(Box::new(Iter::Elements(base, false)))
            }
            base => {
                let mutable = base.reference().unwrap_or(false);
                Iter::Elements(base, mutable)
            }
        })
    }

    /// Runs an iterator: `body` gets each item. It may be lowered more than once (for `chain`).
    pub(super) fn for_each(
        &mut self,
        iter: Iter,
        label: Option<String>,
        span: Span,
        mut body: impl FnMut(&mut Self, Operand) -> Operand,
    ) {
        self.run(iter, label, span, &mut body);
    }

    /// Gives the flag that says whether the loop was left by `break`, if it can be.
    pub(super) fn run(
        &mut self,
        iter: Iter,
        label: Option<String>,
        span: Span,
        body: &mut dyn FnMut(&mut Self, Operand) -> Operand,
    ) -> Option<Var> {
        match iter {
            Iter::Chain(a, b) => self.run_chain(*a, *b, label, span, body),
            i if i.is_indexable() => self.indexed_loop(i, label, span, body),
            Iter::Map(i, f) => self.run(*i, label, span, &mut |this, item| {
                let got = this.apply(&f, vec![item], None, span);
                if matches!(got, Operand::Never) { got } else { body(this, got) }
            }),
            Iter::Inspect(i, f) => self.run(*i, label, span, &mut |this, item| {
                this.apply(&f, vec![item.clone()], None, span);
                body(this, item)
            }),
            Iter::Copied(i) => self.run(*i, label, span, &mut |this, item| {
                let item = this.deref(item, span);
                body(this, item)
            }),
            Iter::Filter(i, f) => self.run(*i, label, span, &mut |this, item| {
                let keep = this.apply(&f, vec![item.clone()], Some(&Ty::Bool), span);
                let Some(keep) = this.as_value(keep, Some(&Ty::Bool), span) else { return Operand::Never };
                let arm = this.arm(|this| body(this, item));
                this.conditional(keep, arm, span)
            }),
            Iter::Enumerate(i) => {
                let zero = self.index_lit(0, span);
                let counter = self.declare("at", Ty::USIZE, Init::Scalar(zero), span);
                self.run(*i, label, span, &mut |this, item| {
                    let k = this.load(&Place::whole(counter), span);
                    this.increment(counter, span);
                    body(this, Operand::Tuple(vec![Operand::Value(k), item]))
                })
            }
            Iter::Take(i, n) => self.run_take(*i, n, label, span, body),
            Iter::Skip(i, n) => {
                let counter = self.counter("skipped", span);
                self.run(*i, label, span, &mut |this, item| {
                    let k = this.load(&Place::whole(counter), span);
                    let past = this.binary(BinOp::Ge, k, n, span);
                    this.increment(counter, span);
                    let arm = this.arm(|this| body(this, item));
                    this.conditional(past, arm, span)
                })
            }
            Iter::StepBy(i, n) => {
                let counter = self.counter("at", span);
                self.run(*i, label, span, &mut |this, item| {
                    let k = this.load(&Place::whole(counter), span);
                    let r = this.binary(BinOp::Rem, k, n, span);
                    let zero = this.index_lit(0, span);
                    let hit = this.binary(BinOp::Eq, r, zero, span);
                    this.increment(counter, span);
                    let arm = this.arm(|this| body(this, item));
                    this.conditional(hit, arm, span)
                })
            }
            Iter::TakeWhile(i, f) => {
                self.run(*i, label, span, &mut |this, item| {
                    let test = this.apply(&f, vec![item.clone()], Some(&Ty::Bool), span);
                    let Some(test) = this.as_value(test, Some(&Ty::Bool), span) else { return Operand::Never };
                    let end = this.push_value(OpKind::Not(test), Ty::Bool, span);
                    this.stop_if(end, span);
                    let arm = this.arm(|this| body(this, item));
                    this.conditional(test, arm, span)
                });
                None
            }
            Iter::SkipWhile(i, f) => {
                let closed = self.flag("skipping", true, span);
                self.run(*i, label, span, &mut |this, item| {
                    let still = this.load(&Place::whole(closed), span);
                    let again = this.lazy_and(still, true, span, |this| {
                        let test = this.apply(&f, vec![item.clone()], Some(&Ty::Bool), span);
                        this.as_value(test, Some(&Ty::Bool), span)
                    });
                    let Some(again) = again else { return Operand::Never };
                    this.store(&Place::whole(closed), Init::Scalar(again), span);
                    let go = this.push_value(OpKind::Not(again), Ty::Bool, span);
                    let arm = this.arm(|this| body(this, item));
                    this.conditional(go, arm, span)
                })
            }
            // One side indexable: it is counted along with the other.
            Iter::Zip(a, b) if b.is_indexable() => self.run_zip(*a, *b, false, label, span, body),
            Iter::Zip(a, b) if a.is_indexable() => self.run_zip(*b, *a, true, label, span, body),
            Iter::FilterMap(i, f) => self.run_filter_map(*i, &f, label, span, body),
            Iter::MapWhile(i, f) => self.run_map_while(*i, &f, label, span, body),
            Iter::Scan(i, state, f) => self.run_scan(*i, state, &f, label, span, body),
            Iter::FlatMap(i, f) => self.run_flat_map(*i, f.as_ref(), label, span, body),
            Iter::Successors(first, f) => self.run_successors(first, &f, label, span, body),
            Iter::FromFn(f) => self.run_from_fn(&f, label, span, body),
            Iter::ByRef(of, back) => self.run_by_ref(&of, back, label, span, body),
            Iter::Unfollowed(i) => self.run(*i, label, span, body),
            Iter::Zip(a, b) if self.can_follow(&b) => self.run_side_by_side(*a, *b, label, span, body),
            Iter::Rev(_) | Iter::Zip(..) | Iter::Cycle(_) => {
                self.sink.error(span, m::ITERATOR_FORM, "");
                None
            }
            Iter::Range(_) | Iter::Elements(..) | Iter::Chunks(..) | Iter::Windows(..) | Iter::Repeat(_) => None,
            Iter::RChunks(..) | Iter::Left(_) => None,
        }
    }

    /// `driver.zip(other)`, or `other.zip(driver)` where `swapped`; `other` is indexable.
    fn run_zip(
        &mut self,
        driver: Iter,
        other: Iter,
        swapped: bool,
        label: Option<String>,
        span: Span,
        body: &mut dyn FnMut(&mut Self, Operand) -> Operand,
    ) -> Option<Var> {
        let ready = self.ready(&other, span)?;
        let count = self.count(&ready);
        let driver = match count {
            // The other side ends it before another item of this side is computed, or after.
            Some(n) if swapped => Iter::Take(Box::new(driver), n),
            Some(n) => {
                let one = self.index_lit(1, span);
                let more = self.push_value(OpKind::Method("saturating_add".into(), vec![n, one]), Ty::USIZE, span);
                Iter::Take(Box::new(driver), more)
            }
            None => driver,
        };
        let counter = self.counter("at", span);
        self.run(driver, label, span, &mut |this, item| {
            let k = this.load(&Place::whole(counter), span);
            this.increment(counter, span);
            let pair = |this: &mut Self, item: Operand| {
                let other = this.nth_item(&ready, k, span);
                Operand::Tuple(if swapped { vec![other, item] } else { vec![item, other] })
            };
            let Some(count) = count else {
                let pair = pair(this, item);
                return body(this, pair);
            };
            let more = this.binary(BinOp::Lt, k, count, span);
            let arm = this.arm(|this| {
                let pair = pair(this, item);
                body(this, pair)
            });
            this.conditional(more, arm, span)
        })
    }

    /// `take(n)` of items that are computed one by one: the loop ends with the n-th, and none after it is computed.
    fn run_take(
        &mut self,
        of: Iter,
        n: Value,
        label: Option<String>,
        span: Span,
        body: &mut dyn FnMut(&mut Self, Operand) -> Operand,
    ) -> Option<Var> {
        let counter = self.counter("taken", span);
        let zero = self.index_lit(0, span);
        let some = self.binary(BinOp::Gt, n, zero, span);
        let arm = self.arm(|this| {
            this.run(of, label, span, &mut |this, item| {
                this.increment(counter, span);
                let k = this.load(&Place::whole(counter), span);
                let last = this.binary(BinOp::Ge, k, n, span);
                this.stop_if(last, span);
                body(this, item)
            });
            Operand::Unit
        });
        self.optional_part(some, arm, span);
        None
    }

    /// Ends the innermost loop after this iteration, if the condition holds.
    pub(super) fn stop_if(&mut self, cond: Value, span: Span) {
        let stop = self.arm(|this| {
            let frame = this.frames.len() - 1;
            this.stop_after_body(frame, span);
            Operand::Unit
        });
        self.conditional(cond, stop, span);
    }

    /// `if cond { arm }`, where what follows runs unless the arm was left for good.
    pub(super) fn optional_part(&mut self, cond: Value, arm: super::control::Arm, span: Span) {
        let els = self.func.region(Some(self.cur));
        self.push(OpKind::If { cond, then: arm.start, els }, span);
        self.absorb(&arm);
        self.guard(&arm.exits, span);
    }

    pub(super) fn counter(&mut self, name: &str, span: Span) -> Var {
        let zero = self.index_lit(0, span);
        self.declare(name, Ty::USIZE, Init::Scalar(zero), span)
    }

    pub(super) fn flag(&mut self, name: &str, on: bool, span: Span) -> Var {
        let v = self.lit(if on { "true" } else { "false" }, Ty::Bool, span);
        self.declare(name, Ty::Bool, Init::Scalar(v), span)
    }

    pub(super) fn increment(&mut self, counter: Var, span: Span) {
        let k = self.load(&Place::whole(counter), span);
        let one = self.index_lit(1, span);
        let next = self.binary(BinOp::Add, k, one, span);
        self.store(&Place::whole(counter), Init::Scalar(next), span);
    }

    /// `if cond { arm }`, in a loop's body whose value is of no interest.
    pub(super) fn conditional(&mut self, cond: Value, arm: super::control::Arm, span: Span) -> Operand {
        let els = self.func.region(Some(self.cur));
        self.push(OpKind::If { cond, then: arm.start, els }, span);
        self.absorb(&arm);
        Operand::Unit
    }

    /// The loop over an indexable iterator.
    fn indexed_loop(
        &mut self,
        iter: Iter,
        label: Option<String>,
        span: Span,
        body: &mut dyn FnMut(&mut Self, Operand) -> Operand,
    ) -> Option<Var> {
        let flags = self.loop_flags(span);
        // A plain range, possibly reversed or stepped, keeps its form.
        if let Some((range, maps)) = self.plain_range(&iter) {
            let ty = peeled(&self.func.values[range.lo.index()].ty.clone());
            let cur = self.cur;
            let index = self.func.value(ty, span, cur);
            let done = self.loop_body(label, span, flags, |this| {
                this.func.values[index.index()].region = this.cur;
                let mut item = Operand::Value(index);
                for f in maps.iter().rev() {
                    item = this.apply(f, vec![item], None, span);
                    if matches!(item, Operand::Never) {
                        return Operand::Never;
                    }
                }
                body(this, item)
            });
            self.func.values[index.index()].region = done.region;
            self.push(OpKind::For { index, range, body: done.region, exit: done.exit }, span);
            let exit = done.exit;
            self.after_loop(&done, span);
            return exit;
        }
        let ready = self.ready(&iter, span)?;
        let count = self.count(&ready);
        let lo = self.index_lit(0, span);
        // Without an end, `for j in 0.. { … break … }` is a counted loop that is always left before its last number.
        let hi = match count {
            Some(n) => n,
            None => self.push_value(OpKind::Path(quote!(::core::primitive::usize::MAX)), Ty::USIZE, span),
        };
        let cur = self.cur;
        let index = self.func.value(Ty::USIZE, span, cur);
        let done = self.loop_body(label, span, flags, |this| {
            this.func.values[index.index()].region = this.cur;
            match this.nth_item(&ready, index, span) {
                Operand::Never => Operand::Never,
                item => body(this, item),
            }
        });
        if count.is_none() && !done.left {
            self.sink.error(span, m::ENDLESS, "");
            return None;
        }
        self.func.values[index.index()].region = done.region;
        let range = Range { lo, hi, inclusive: false, rev: false, step: None };
        self.push(OpKind::For { index, range, body: done.region, exit: done.exit }, span);
        let exit = done.exit;
        self.after_loop(&done, span);
        exit
    }

    /// `lo..hi` with `rev` and `step_by`, and the maps over it, outermost first.
    fn plain_range(&mut self, iter: &Iter) -> Option<(Range, Vec<Operand>)> {
        match iter {
            Iter::Map(i, f) => {
                let (r, mut maps) = self.plain_range(i)?;
                maps.insert(0, f.clone());
                Some((r, maps))
            }
            Iter::Range(r) => {
                Some((Range { lo: r.lo?, hi: r.hi?, inclusive: r.inclusive, rev: false, step: None }, Vec::new()))
            }
            Iter::Rev(i) => match &**i {
                Iter::Range(_) => {
                    let (mut r, maps) = self.plain_range(i)?;
                    r.rev = true;
                    Some((r, maps))
                }
                _ => None,
            },
            Iter::StepBy(i, n) => match &**i {
                Iter::Range(_) => {
                    let (mut r, maps) = self.plain_range(i)?;
                    r.step = Some(*n);
                    Some((r, maps))
                }
                // `(a..b).rev().step_by(n)`: stepped from the upper end.
                _ => None,
            },
            _ => None,
        }
    }

    /// `copied()`
    pub(super) fn deref(&mut self, item: Operand, span: Span) -> Operand {
        self.settled(item.dereferenced(), span)
    }
}

/// Whether a closure does more than compute a value, by itself or by what it calls.
pub(super) fn has_effects(f: &Operand) -> bool {
    match f {
        Operand::Closure(c) => {
            let body = quote::ToTokens::to_token_stream(&c.syntax.body);
            super::stmt::tokens_contain(body, "return") || changes_state(c, &mut Vec::new())
        }
        _ => false,
    }
}

/// Whether a closure changes what it captures: a variable, an iterator that it asks, what a closure that it calls captures.
pub(super) fn changes_state(c: &Rc<Closure>, seen: &mut Vec<*const Closure>) -> bool {
    if seen.contains(&Rc::as_ptr(c)) {
        return false;
    }
    seen.push(Rc::as_ptr(c));
    let body = quote::ToTokens::to_token_stream(&c.syntax.body);
    super::stmt::changes_something(body.clone())
        || crate::emit::identifiers(&body).iter().any(|name| match c.env.get(name).map(|b| &b.operand) {
            Some(Operand::Closure(inner)) => changes_state(inner, seen),
            Some(Operand::Iter(iter)) => iter.has_state(),
            _ => false,
        })
}
