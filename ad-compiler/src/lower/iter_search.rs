//! Iterators that give one item or none: `find`, `position`, `last`, `max_by`, `reduce` and their like.
//!
//! Each is a loop that keeps an item, and a flag that says whether it keeps one. What is kept of a slice's element is where it
//! stands, so the reverse sweep has one element to go to:
//!
//! ```text
//! x.iter().max_by(f)     for k in 0..n { if some { if f(&x[best], &x[k]) is not Greater { best = k } } else { best = k; some = true } }
//!                        (some, &x[best])
//! ```

use super::Lower;
use super::env::{Operand, Slot};
use super::iter::Iter;
use super::iter_items::Ready;
use super::order::Order;
use crate::ir::{BinOp, Init, OpKind, Place, Region, Ty, Value, Var};
use proc_macro2::Span;
use std::rc::Rc;

/// An item that a loop keeps, and whether it keeps one.
pub(super) struct Kept {
    some: Var,
    slot: Slot,
    /// Whether elements are kept by where they stand.
    views: bool,
}

/// What makes one item better than another.
pub(super) enum By {
    /// `max_by(f)`
    Comparison(Operand),
    /// `max_by_key(f)`
    Key(Operand),
    /// `max()`
    Itself,
}

impl Lower<'_> {
    pub(super) fn kept(&mut self, views: bool, span: Span) -> Kept {
        let some = self.late_var("some", Ty::Bool, span);
        self.known.remove(&some);
        Kept { some, slot: self.pending_slot(), views }
    }

    /// Whether there is one by now.
    pub(super) fn keeps(&mut self, kept: &Kept, span: Span) -> Value {
        self.known.remove(&kept.some);
        self.load(&Place::whole(kept.some), span)
    }

    /// What is kept; to be looked at only where there is one.
    pub(super) fn kept_item(&mut self, kept: &Kept, span: Span) -> Operand {
        let slot = kept.slot.clone();
        self.slot_operand(&slot, span)
    }

    /// From here on none is kept.
    pub(super) fn lose(&mut self, kept: &Kept, span: Span) {
        self.clear(kept.some, span);
    }

    pub(super) fn keep(&mut self, kept: &mut Kept, item: Operand, span: Span) {
        let item = self.settled(item, span);
        let mut slot = std::mem::replace(&mut kept.slot, Slot::Unit);
        if let (Slot::Pending { region, at }, true) = (&slot, kept.views) {
            slot = self.slot_for(&item, *region, *at, span);
        }
        kept.slot = self.fill_slot(slot, item, None, span);
        let yes = self.lit("true", Ty::Bool, span);
        self.store(&Place::whole(kept.some), Init::Scalar(yes), span);
        self.known.remove(&kept.some);
    }

    /// A slot that keeps elements of what is there before the loop by their indices.
    fn slot_for(&mut self, item: &Operand, region: Region, at: usize, span: Span) -> Slot {
        match item {
            Operand::Tuple(parts) => Slot::Tuple(parts.iter().map(|p| self.slot_for(p, region, at, span)).collect()),
            Operand::Ref(p, _) if self.func.encloses(self.func.vars[p.base.index()].region, region) => {
                let named = |this: &mut Self, name: &str| this.declared_at(name, Ty::USIZE, region, at, span);
                match self.common_view(std::slice::from_ref(item), false, named) {
                    Some(view) => Slot::View(Rc::new(view)),
                    None => Slot::Pending { region, at },
                }
            }
            _ => Slot::Pending { region, at },
        }
    }

    fn kept_as_option(&mut self, kept: &Kept, span: Span) -> Operand {
        let some = self.keeps(kept, span);
        let item = self.kept_item(kept, span);
        if matches!(item, Operand::Never) { Self::nothing(span) } else { Operand::Maybe(some, Rc::new(item)) }
    }

    /// The first item that `pick` accepts, as what it gives for it.
    pub(super) fn first_of(
        &mut self,
        iter: Iter,
        span: Span,
        mut pick: impl FnMut(&mut Self, Operand) -> Option<(Option<Value>, Operand)>,
    ) -> Operand {
        let mut kept = self.kept(!iter.is_joined(), span);
        self.for_each(iter, None, span, |this, item| {
            let Some((hit, item)) = pick(this, item) else { return Operand::Never };
            let frame = this.frames.len() - 1;
            let Some(hit) = hit else {
                this.keep(&mut kept, item, span);
                return this.leave(frame, false, span);
            };
            let arm = this.arm(|this| {
                this.keep(&mut kept, item, span);
                this.leave(frame, false, span)
            });
            this.conditional(hit, arm, span)
        });
        self.kept_as_option(&kept, span)
    }

    /// `find(f)`
    pub(super) fn find(&mut self, iter: Iter, f: &Operand, span: Span) -> Operand {
        self.search(iter, span, |this, iter| {
            this.first_of(iter, span, |this, item| {
                let hit = this.apply(f, vec![item.clone()], Some(&Ty::Bool), span);
                Some((Some(this.as_value(hit, Some(&Ty::Bool), span)?), item))
            })
        })
    }

    /// `find_map(f)`
    pub(super) fn find_map(&mut self, iter: Iter, f: &Operand, span: Span) -> Operand {
        self.first_of(iter, span, |this, item| {
            let got = this.apply(f, vec![item], None, span);
            let got = this.option_of(got, span)?;
            Some((Some(got.0), got.1))
        })
    }

    /// An option by its parts; `None` itself is built first.
    pub(super) fn option_of(&mut self, operand: Operand, span: Span) -> Option<(Value, Operand)> {
        match self.maybe_parts(operand, span)? {
            (some, Some(held)) => Some((some, held)),
            (_, None) => {
                let none = self.constructor(&syn::parse_quote!(None), Vec::new(), span);
                match self.maybe_parts(none, span)? {
                    (some, Some(held)) => Some((some, held)),
                    (_, None) => None,
                }
            }
        }
    }

    /// `position(f)`
    pub(super) fn position(&mut self, iter: Iter, f: &Operand, span: Span) -> Operand {
        self.first_of(Iter::Enumerate(Box::new(iter)), span, |this, pair| {
            let item = this.field(pair.clone(), 1, span);
            let hit = this.apply(f, vec![item], Some(&Ty::Bool), span);
            let hit = this.as_value(hit, Some(&Ty::Bool), span)?;
            Some((Some(hit), this.field(pair, 0, span)))
        })
    }

    /// `next()` of an iterator that nobody asks again, `nth(n)`.
    pub(super) fn nth(&mut self, iter: Iter, n: Value, span: Span) -> Operand {
        self.search(iter, span, |this, iter| {
            if iter.is_indexable() {
                let Some(ready) = this.ready(&iter, span) else { return Operand::Never };
                let some = match this.count(&ready) {
                    Some(count) => this.binary(BinOp::Lt, n, count, span),
                    None => this.lit("true", Ty::Bool, span),
                };
                return this.item_if(&ready, n, some, span);
            }
            let iter = if this.zeros.contains(&n) { iter } else { Iter::Skip(Box::new(iter), n) };
            this.first_of(iter, span, |_, item| Some((None, item)))
        })
    }

    /// `last()`
    pub(super) fn last(&mut self, iter: Iter, span: Span) -> Operand {
        self.search(iter, span, |this, iter| {
            if iter.is_indexable() {
                let Some(ready) = this.ready(&iter, span) else { return Operand::Never };
                if let Some(count) = this.count(&ready) {
                    let (zero, one) = (this.index_lit(0, span), this.index_lit(1, span));
                    let some = this.binary(BinOp::Gt, count, zero, span);
                    let method = OpKind::Method("saturating_sub".into(), vec![count, one]);
                    let at = this.push_value(method, Ty::USIZE, span);
                    return this.item_if(&ready, at, some, span);
                }
            }
            let mut kept = this.kept(!iter.is_joined(), span);
            this.for_each(iter, None, span, |this, item| {
                this.keep(&mut kept, item, span);
                Operand::Unit
            });
            this.kept_as_option(&kept, span)
        })
    }

    /// The k-th item where it is there.
    pub(super) fn item_if(&mut self, ready: &Ready, k: Value, some: Value, span: Span) -> Operand {
        if ready.is_symbolic() {
            let item = self.nth_item(ready, k, span);
            return Operand::Maybe(some, Rc::new(item));
        }
        self.if_some(some, span, |this| this.nth_item(ready, k, span))
    }

    /// `max_by(f)`, `min_by(f)` and their like: of equal items the last is the greatest and the first the least.
    pub(super) fn best(&mut self, iter: Iter, by: &By, greatest: bool, span: Span) -> Operand {
        self.search(iter, span, |this, iter| {
            let mut kept = this.kept(!iter.is_joined(), span);
            this.for_each(iter, None, span, |this, item| {
                let item = this.settled(item, span);
                let item = match by {
                    By::Key(f) => {
                        let key = this.apply(f, vec![item.clone()], None, span);
                        let key = this.settled(key, span);
                        if matches!(key, Operand::Never) {
                            return key;
                        }
                        Operand::Tuple(vec![item, key])
                    }
                    By::Comparison(_) | By::Itself => item,
                };
                let some = this.keeps(&kept, span);
                let first = this.arm(|this| {
                    this.keep(&mut kept, item.clone(), span);
                    Operand::Unit
                });
                let later = this.arm(|this| {
                    let old = this.kept_item(&kept, span);
                    let Some(order) = this.order_by(by, old, item.clone(), span) else { return Operand::Never };
                    let op = if greatest { BinOp::Le } else { BinOp::Gt };
                    let better = this.is_order(order, op, span);
                    let arm = this.arm(|this| {
                        this.keep(&mut kept, item.clone(), span);
                        Operand::Unit
                    });
                    this.conditional(better, arm, span)
                });
                this.push(OpKind::If { cond: some, then: later.start, els: first.start }, span);
                this.absorb(&first);
                this.absorb(&later);
                Operand::Unit
            });
            match (this.kept_as_option(&kept, span), by) {
                (Operand::Maybe(some, held), By::Key(_)) => {
                    Operand::Maybe(some, Rc::new(this.field((*held).clone(), 0, span)))
                }
                (option, _) => option,
            }
        })
    }

    fn order_by(&mut self, by: &By, old: Operand, new: Operand, span: Span) -> Option<Value> {
        match by {
            By::Comparison(f) => {
                let order = self.apply(f, vec![old, new], None, span);
                self.ordering(order, span)
            }
            By::Key(_) => {
                let (old, new) = (self.field(old, 1, span), self.field(new, 1, span));
                self.order_of(Order::Whole, old, new, span)
            }
            By::Itself => self.order_of(Order::Whole, old, new, span),
        }
    }

    /// `reduce(f)`
    pub(super) fn reduce(&mut self, iter: Iter, f: &Operand, span: Span) -> Operand {
        let mut kept = self.kept(false, span);
        self.for_each(iter, None, span, |this, item| {
            let item = this.settled(item, span);
            let some = this.keeps(&kept, span);
            let first = this.arm(|this| {
                this.keep(&mut kept, item.clone(), span);
                Operand::Unit
            });
            let later = this.arm(|this| {
                let old = this.kept_item(&kept, span);
                let next = this.apply(f, vec![old, item.clone()], None, span);
                if matches!(next, Operand::Never) {
                    return next;
                }
                this.keep(&mut kept, next, span);
                Operand::Unit
            });
            this.push(OpKind::If { cond: some, then: later.start, els: first.start }, span);
            this.absorb(&first);
            this.absorb(&later);
            Operand::Unit
        });
        self.kept_as_option(&kept, span)
    }

    /// Of `copied()` items, that of the items themselves, copied: so one element is kept, and not its value.
    fn search(&mut self, iter: Iter, span: Span, f: impl FnOnce(&mut Self, Iter) -> Operand) -> Operand {
        let Iter::Copied(of) = iter else { return f(self, iter) };
        match f(self, *of) {
            Operand::Maybe(some, held) => self.copied_maybe(some, &held, span),
            other => other,
        }
    }
}

impl Ready {
    /// Whether an item is a place and nothing to be computed.
    fn is_symbolic(&self) -> bool {
        match self {
            Ready::Elements { .. } => true,
            Ready::Zip { a, b, .. } => a.is_symbolic() && b.is_symbolic(),
            Ready::Enumerate(of) => of.is_symbolic(),
            Ready::Take { of, .. } => of.is_symbolic(),
            Ready::Range { .. } | Ready::Chunks { .. } | Ready::Windows { .. } | Ready::Map(..) => false,
            Ready::Rev { .. } | Ready::Skip { .. } | Ready::StepBy { .. } => false,
            Ready::Copied(_) | Ready::Repeat(_) | Ready::RChunks { .. } | Ready::Cycle { .. } => false,
            Ready::Left { .. } => false,
        }
    }
}
