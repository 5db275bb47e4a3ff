//! Indexable iterators: what is computed before the loop, and the k-th item.

use super::env::Operand;
use super::iter::Iter;
use super::{Lower, peeled};
use crate::ir::{BinOp, OpKind, Proj, Ty, Value};
use crate::messages as m;
use proc_macro2::Span;
use quote::quote;
use std::rc::Rc;

/// An indexable iterator whose counts were computed before the loop.
#[derive(Clone)]
pub(super) enum Ready {
    Range {
        lo: Value,
        count: Option<Value>,
    },
    Elements {
        base: Operand,
        count: Value,
        mutable: bool,
    },
    Chunks {
        base: Operand,
        size: Value,
        count: Value,
        len: Option<Value>,
        mutable: bool,
    },
    Windows {
        base: Operand,
        size: Value,
        count: Value,
    },
    Zip {
        a: Box<Ready>,
        b: Box<Ready>,
        count: Option<Value>,
    },
    Enumerate(Box<Ready>),
    Map(Box<Ready>, Operand),
    Rev {
        of: Box<Ready>,
        last: Value,
    },
    Take {
        of: Box<Ready>,
        count: Option<Value>,
    },
    Skip {
        of: Box<Ready>,
        n: Value,
        count: Option<Value>,
    },
    StepBy {
        of: Box<Ready>,
        n: Value,
        count: Option<Value>,
    },
    Copied(Box<Ready>),
    Repeat(Operand),
    /// `size` is that of the chunks, which count from the end.
    RChunks {
        base: Operand,
        size: Value,
        count: Value,
        len: Value,
        mutable: bool,
    },
    /// `len` is that of one round.
    Cycle {
        of: Box<Ready>,
        len: Value,
        count: Value,
    },
    /// What is left of an iterator in a variable.
    Left {
        of: Rc<Ready>,
        from: Value,
        count: Value,
    },
}

impl Lower<'_> {
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
            Iter::RChunks(base, size, exact, mutable) => {
                let len = self.len(base.clone(), span)?;
                let count = if *exact {
                    self.binary(BinOp::Div, len, *size, span)
                } else {
                    self.push_value(OpKind::Method("div_ceil".into(), vec![len, *size]), Ty::USIZE, span)
                };
                Ready::RChunks { base: base.clone(), size: *size, count, len, mutable: *mutable }
            }
            Iter::Cycle(i) => {
                let of = self.ready(i, span)?;
                let Some(len) = self.count(&of) else { return Some(of) };
                let zero = self.index_lit(0, span);
                let empty = self.binary(BinOp::Eq, len, zero, span);
                let max = self.push_value(OpKind::Path(quote!(::core::primitive::usize::MAX)), Ty::USIZE, span);
                let count = self.push_value(OpKind::Select(empty, zero, max), Ty::USIZE, span);
                Ready::Cycle { of: Box::new(of), len, count }
            }
            Iter::Left(of) => {
                let (from, end) = self.place_of(of, span);
                let count = self.binary(BinOp::Sub, end, from, span);
                Ready::Left { of: of.of.clone(), from, count }
            }
            Iter::Unfollowed(i) => self.ready(i, span)?,
            Iter::Filter(..)
            | Iter::TakeWhile(..)
            | Iter::SkipWhile(..)
            | Iter::Chain(..)
            | Iter::Inspect(..)
            | Iter::FilterMap(..)
            | Iter::MapWhile(..)
            | Iter::Scan(..)
            | Iter::FlatMap(..)
            | Iter::Successors(..)
            | Iter::FromFn(_)
            | Iter::ByRef(..) => {
                self.sink.error(span, m::ITERATOR_FORM, "");
                return None;
            }
        })
    }

    pub(super) fn is_zero(&self, v: Value) -> bool {
        self.zeros.contains(&v)
    }

    pub(super) fn count(&self, r: &Ready) -> Option<Value> {
        match r {
            Ready::Range { count, .. } | Ready::Zip { count, .. } | Ready::Take { count, .. } => *count,
            Ready::Skip { count, .. } | Ready::StepBy { count, .. } => *count,
            Ready::Elements { count, .. } | Ready::Chunks { count, .. } | Ready::Windows { count, .. } => Some(*count),
            Ready::Enumerate(i) | Ready::Map(i, _) | Ready::Copied(i) => self.count(i),
            Ready::Rev { last, .. } => Some(*last),
            Ready::RChunks { count, .. } | Ready::Cycle { count, .. } | Ready::Left { count, .. } => Some(*count),
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
            Ready::RChunks { base, size, len, mutable, .. } => {
                let past = self.binary(BinOp::Mul, k, *size, span);
                let hi = self.binary(BinOp::Sub, *len, past, span);
                let lo = self.push_value(OpKind::Method("saturating_sub".into(), vec![hi, *size]), Ty::USIZE, span);
                let step = Proj::Range { lo: Some(lo), hi: Some(hi), inclusive: false };
                self.project(base.clone(), step, span).referenced(*mutable)
            }
            Ready::Cycle { of, len, .. } => {
                let k = self.binary(BinOp::Rem, k, *len, span);
                self.nth_item(of, k, span)
            }
            Ready::Left { of, from, .. } => {
                let k = self.binary(BinOp::Add, *from, k, span);
                self.nth_item(&of.clone(), k, span)
            }
        }
    }

    /// `lo + k`. What integer it is may show later only, by what the body does with it: see [`Lower::settle_numbers`].
    pub(super) fn nth_number(&mut self, lo: Value, k: Value, span: Span) -> Value {
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
}
