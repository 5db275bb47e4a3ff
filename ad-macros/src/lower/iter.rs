//! Iterators: every chain becomes one counted loop over an index, its closures inlined.
//!
//! An [`Iter`] is *indexable* if its k-th item can be computed from k: ranges, elements, chunks, `zip`, `map`,
//! `rev`, `take`, … Then the loop runs over k. `filter` and what follows it are stages inside the loop's body.

use super::env::{Operand, RangeOperand};
use super::{Lower, peeled};
use crate::ir::{BinOp, Init, OpKind, Place, Proj, Range, Ty, Value, Var};
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
}

/// An indexable iterator whose counts were computed before the loop.
pub(super) enum Ready {
    Range { lo: Value, count: Option<Value> },
    Elements { base: Operand, count: Value, mutable: bool },
    Chunks { base: Operand, size: Value, count: Value, len: Option<Value>, mutable: bool },
    Windows { base: Operand, size: Value, count: Value },
    Zip { a: Box<Ready>, b: Box<Ready>, count: Option<Value> },
    Enumerate(Box<Ready>),
    Map(Box<Ready>, Operand),
    Rev { of: Box<Ready>, last: Value },
    Take { of: Box<Ready>, count: Option<Value> },
    Skip { of: Box<Ready>, n: Value, count: Option<Value> },
    StepBy { of: Box<Ready>, n: Value, count: Option<Value> },
    Copied(Box<Ready>),
    Repeat(Operand),
}

impl Iter {
    pub(super) fn is_indexable(&self) -> bool {
        match self {
            Iter::Range(_) | Iter::Elements(..) | Iter::Chunks(..) | Iter::Windows(..) | Iter::Repeat(_) => true,
            Iter::Zip(a, b) => a.is_indexable() && b.is_indexable(),
            // A closure with effects runs for exactly the items that Rust runs it for.
            Iter::Map(i, f) => i.is_indexable() && !has_effects(f),
            Iter::Enumerate(i)
            | Iter::Rev(i)
            | Iter::Take(i, _)
            | Iter::Skip(i, _)
            | Iter::StepBy(i, _)
            | Iter::Copied(i) => i.is_indexable(),
            Iter::Filter(..) | Iter::TakeWhile(..) | Iter::SkipWhile(..) | Iter::Chain(..) | Iter::Inspect(..) => false,
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
            Operand::Value(_) | Operand::Unit | Operand::Closure(_) | Operand::Tuple(_) => {
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
            Iter::Rev(_) | Iter::Zip(..) => {
                self.sink.error(span, m::ITERATOR_FORM, "");
                None
            }
            Iter::Range(_) | Iter::Elements(..) | Iter::Chunks(..) | Iter::Windows(..) | Iter::Repeat(_) => None,
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
    fn stop_if(&mut self, cond: Value, span: Span) {
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

    fn counter(&mut self, name: &str, span: Span) -> Var {
        let zero = self.index_lit(0, span);
        self.declare(name, Ty::USIZE, Init::Scalar(zero), span)
    }

    pub(super) fn flag(&mut self, name: &str, on: bool, span: Span) -> Var {
        let v = self.lit(if on { "true" } else { "false" }, Ty::Bool, span);
        self.declare(name, Ty::Bool, Init::Scalar(v), span)
    }

    fn increment(&mut self, counter: Var, span: Span) {
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

    /// Computes, before the loop, what the items need.
    pub(super) fn ready(&mut self, iter: &Iter, span: Span) -> Option<Ready> {
        Some(match iter {
            Iter::Range(r) => {
                let lo = r.lo?;
                let count = match r.hi {
                    None => None,
                    Some(hi) => {
                        let args = vec![lo, hi];
                        let path = if r.inclusive {
                            quote!((|a, b| (a..=b).count()))
                        } else {
                            quote!((|a, b| (a..b).count()))
                        };
                        let is_usize = matches!(self.func.ty(hi), Ty::Int("usize")) && self.is_zero(lo) && !r.inclusive;
                        Some(if is_usize { hi } else { self.push_value(OpKind::PathCall(path, args), Ty::USIZE, span) })
                    }
                };
                Ready::Range { lo, count }
            }
            Iter::Elements(base, mutable) => {
                let count = self.len(base.clone(), span)?;
                Ready::Elements { base: base.clone(), count, mutable: *mutable }
            }
            Iter::Chunks(base, size, exact, mutable) => {
                let mutable = *mutable;
                let len = self.len(base.clone(), span)?;
                if *exact {
                    let count = self.binary(BinOp::Div, len, *size, span);
                    Ready::Chunks { base: base.clone(), size: *size, count, len: None, mutable }
                } else {
                    let count = self.push_value(OpKind::Method("div_ceil".into(), vec![len, *size]), Ty::USIZE, span);
                    Ready::Chunks { base: base.clone(), size: *size, count, len: Some(len), mutable }
                }
            }
            Iter::Windows(base, size) => {
                let len = self.len(base.clone(), span)?;
                let one = self.index_lit(1, span);
                let more = self.binary(BinOp::Add, len, one, span);
                let count =
                    self.push_value(OpKind::Method("saturating_sub".into(), vec![more, *size]), Ty::USIZE, span);
                Ready::Windows { base: base.clone(), size: *size, count }
            }
            Iter::Zip(a, b) => {
                let a = self.ready(a, span)?;
                let b = self.ready(b, span)?;
                let count = match (self.count(&a), self.count(&b)) {
                    (Some(x), Some(y)) if x == y => Some(x),
                    (Some(x), Some(y)) => {
                        Some(self.push_value(OpKind::Method("min".into(), vec![x, y]), Ty::USIZE, span))
                    }
                    (x, y) => x.or(y),
                };
                Ready::Zip { a: Box::new(a), b: Box::new(b), count }
            }
            Iter::Enumerate(i) => Ready::Enumerate(Box::new(self.ready(i, span)?)),
            Iter::Map(i, f) => Ready::Map(Box::new(self.ready(i, span)?), f.clone()),
            Iter::Copied(i) => Ready::Copied(Box::new(self.ready(i, span)?)),
            Iter::Rev(i) => {
                let of = self.ready(i, span)?;
                let Some(last) = self.count(&of) else {
                    self.sink.error(span, m::ENDLESS, "");
                    return None;
                };
                Ready::Rev { of: Box::new(of), last }
            }
            Iter::Take(i, n) => {
                let of = self.ready(i, span)?;
                let count = match self.count(&of) {
                    Some(c) => Some(self.push_value(OpKind::Method("min".into(), vec![c, *n]), Ty::USIZE, span)),
                    None => Some(*n),
                };
                Ready::Take { of: Box::new(of), count }
            }
            Iter::Skip(i, n) => {
                let of = self.ready(i, span)?;
                let count = self
                    .count(&of)
                    .map(|c| self.push_value(OpKind::Method("saturating_sub".into(), vec![c, *n]), Ty::USIZE, span));
                Ready::Skip { of: Box::new(of), n: *n, count }
            }
            Iter::StepBy(i, n) => {
                let of = self.ready(i, span)?;
                let count = self
                    .count(&of)
                    .map(|c| self.push_value(OpKind::Method("div_ceil".into(), vec![c, *n]), Ty::USIZE, span));
                Ready::StepBy { of: Box::new(of), n: *n, count }
            }
            Iter::Repeat(x) => Ready::Repeat(x.clone()),
            Iter::Filter(..) | Iter::TakeWhile(..) | Iter::SkipWhile(..) | Iter::Chain(..) | Iter::Inspect(..) => {
                self.sink.error(span, m::ITERATOR_FORM, "");
                return None;
            }
        })
    }

    fn is_zero(&self, v: Value) -> bool {
        self.zeros.contains(&v)
    }

    pub(super) fn count(&self, r: &Ready) -> Option<Value> {
        match r {
            Ready::Range { count, .. } | Ready::Zip { count, .. } | Ready::Take { count, .. } => *count,
            Ready::Skip { count, .. } | Ready::StepBy { count, .. } => *count,
            Ready::Elements { count, .. } | Ready::Chunks { count, .. } | Ready::Windows { count, .. } => Some(*count),
            Ready::Enumerate(i) | Ready::Map(i, _) | Ready::Copied(i) => self.count(i),
            Ready::Rev { last, .. } => Some(*last),
            Ready::Repeat(_) => None,
        }
    }

    /// The k-th item.
    pub(super) fn nth_item(&mut self, r: &Ready, k: Value, span: Span) -> Operand {
        match r {
            Ready::Range { lo, .. } => Operand::Value(self.nth_number(*lo, k, span)),
            Ready::Elements { base, mutable, .. } => {
                self.project(base.clone(), Proj::Index(k), span).referenced(*mutable)
            }
            Ready::Chunks { base, size, len, mutable, .. } => {
                let lo = self.binary(BinOp::Mul, k, *size, span);
                let mut hi = self.binary(BinOp::Add, lo, *size, span);
                if let Some(len) = len {
                    hi = self.push_value(OpKind::Method("min".into(), vec![hi, *len]), Ty::USIZE, span);
                }
                let step = Proj::Range { lo: Some(lo), hi: Some(hi), inclusive: false };
                self.project(base.clone(), step, span).referenced(*mutable)
            }
            Ready::Windows { base, size, .. } => {
                let hi = self.binary(BinOp::Add, k, *size, span);
                let step = Proj::Range { lo: Some(k), hi: Some(hi), inclusive: false };
                self.project(base.clone(), step, span).referenced(false)
            }
            Ready::Zip { a, b, .. } => {
                let a = self.nth_item(a, k, span);
                let b = self.nth_item(b, k, span);
                Operand::Tuple(vec![a, b])
            }
            Ready::Enumerate(i) => {
                let item = self.nth_item(i, k, span);
                Operand::Tuple(vec![Operand::Value(k), item])
            }
            Ready::Map(i, f) => {
                let item = self.nth_item(i, k, span);
                if matches!(item, Operand::Never) {
                    return item;
                }
                self.apply(f, vec![item], None, span)
            }
            Ready::Copied(i) => {
                let item = self.nth_item(i, k, span);
                self.deref(item, span)
            }
            Ready::Rev { of, last } => {
                let one = self.index_lit(1, span);
                let back = self.binary(BinOp::Sub, *last, one, span);
                let k = self.binary(BinOp::Sub, back, k, span);
                self.nth_item(of, k, span)
            }
            Ready::Take { of, .. } => self.nth_item(of, k, span),
            Ready::Skip { of, n, .. } => {
                let k = self.binary(BinOp::Add, k, *n, span);
                self.nth_item(of, k, span)
            }
            Ready::StepBy { of, n, .. } => {
                let k = self.binary(BinOp::Mul, k, *n, span);
                self.nth_item(of, k, span)
            }
            Ready::Repeat(x) => x.clone(),
        }
    }

    /// `lo + k`. What integer it is may show later only, by what the body does with it: see [`Lower::settle_numbers`].
    fn nth_number(&mut self, lo: Value, k: Value, span: Span) -> Value {
        let ty = peeled(&self.func.values[lo.index()].ty.clone());
        match self.func.types.resolve(&ty) {
            Ty::Int("usize") if self.is_zero(lo) => k,
            Ty::Int("usize") => self.binary(BinOp::Add, lo, k, span),
            Ty::Int(_) => {
                let k = self.push_value(OpKind::Cast(k, ty.clone()), ty.clone(), span);
                // `-100i8..100` has more items than i8 counts.
                self.push_value(OpKind::Method("wrapping_add".into(), vec![lo, k]), ty, span)
            }
            _ => {
                let krate = &self.sig.krate;
                let v = self.push_value(OpKind::PathCall(quote!(#krate::nth_of_range), vec![lo, k]), ty, span);
                self.numbers.push((self.cur, v));
                v
            }
        }
    }

    /// The numbers of ranges whose type was open when they were lowered and is known now: `0 + k` is `k`.
    pub(super) fn settle_numbers(&mut self) {
        for (region, v) in std::mem::take(&mut self.numbers) {
            let ty = peeled(&self.func.ty(v));
            let Ty::Int(name) = ty else { continue };
            for op in &mut self.func.regions[region.index()] {
                if op.result == Some(v)
                    && let OpKind::PathCall(_, args) = &op.kind
                {
                    let (lo, k) = (args[0], args[1]);
                    if self.zeros.contains(&lo) {
                        op.kind = OpKind::Cast(k, ty.clone());
                    } else if name == "usize" {
                        op.kind = OpKind::Binary(BinOp::Add, lo, k);
                    }
                    break;
                }
            }
        }
    }

    /// `copied()`
    fn deref(&mut self, item: Operand, span: Span) -> Operand {
        self.settled(item.dereferenced(), span)
    }
}

/// Whether a closure does more than compute a value.
fn has_effects(f: &Operand) -> bool {
    match f {
        Operand::Closure(c) => super::stmt::changes_something(quote::ToTokens::to_token_stream(&c.syntax.body)),
        _ => false,
    }
}
