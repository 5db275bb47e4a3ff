//! Iterators as state: `let mut it = x.iter();` is a place in what can be indexed, from where it stands to its end.
//!
//! ```text
//! let mut it = x.iter();       at = 0; end = len x
//! it.next()                    k = at; some = k < end; if some { at = k + 1 };  (some, &x[k])
//! for v in it.by_ref()         for k in at..end { at = k + 1; … x[k] … }
//! it.peek()                    (at < end, &x[at])
//! ```
//!
//! `filter` and its like over such an iterator keep no state of their own. Other iterators in variables can be used up once, and
//! what asks them twice is refused.

use super::Lower;
use super::env::Operand;
use super::iter::Iter;
use super::iter_items::Ready;
use crate::ir::{BinOp, Init, OpKind, Place, Proj, Range, Ty, Value, Var};
use crate::messages as m;
use proc_macro2::Span;
use std::rc::Rc;
use syn::ExprMethodCall;

/// An iterator in a variable.
pub(crate) struct Cursor {
    pub(super) of: Rc<Ready>,
    at: Var,
    end: Var,
}

impl Iter {
    /// The iterators that it is made of.
    pub(super) fn parts(&self) -> Vec<&Iter> {
        match self {
            Iter::Zip(a, b) | Iter::Chain(a, b) => vec![a, b],
            Iter::Enumerate(i)
            | Iter::Map(i, _)
            | Iter::Rev(i)
            | Iter::Take(i, _)
            | Iter::Skip(i, _)
            | Iter::StepBy(i, _)
            | Iter::Copied(i)
            | Iter::Filter(i, _)
            | Iter::TakeWhile(i, _)
            | Iter::SkipWhile(i, _)
            | Iter::Inspect(i, _)
            | Iter::FilterMap(i, _)
            | Iter::MapWhile(i, _)
            | Iter::Scan(i, ..)
            | Iter::FlatMap(i, _)
            | Iter::Cycle(i)
            | Iter::Unfollowed(i) => vec![i],
            Iter::Range(_) | Iter::Elements(..) | Iter::Chunks(..) | Iter::RChunks(..) | Iter::Windows(..) => {
                Vec::new()
            }
            Iter::Repeat(_) | Iter::Successors(..) | Iter::FromFn(_) | Iter::Left(_) | Iter::ByRef(..) => Vec::new(),
        }
    }

    /// Whether asking it for an item leaves it changed for others that name it.
    pub(super) fn has_state(&self) -> bool {
        matches!(self, Iter::Left(_) | Iter::ByRef(..) | Iter::FromFn(_) | Iter::Unfollowed(_))
            || self.parts().into_iter().any(Iter::has_state)
    }

    /// Whether its items come from several places, one after the other.
    pub(super) fn is_joined(&self) -> bool {
        matches!(self, Iter::Chain(..)) || self.parts().into_iter().any(Iter::is_joined)
    }
}

/// What a method of an iterator came to: something, or an iterator for what else the method is.
pub(super) enum Asked {
    Done(Operand),
    Otherwise(Iter),
}

/// Methods that take an iterator by `&mut` and leave the rest of it.
pub(super) const BY_REF: [&str; 13] = [
    "next",
    "nth",
    "next_back",
    "nth_back",
    "peek",
    "by_ref",
    "any",
    "all",
    "find",
    "find_map",
    "position",
    "rposition",
    "try_fold",
];

impl Lower<'_> {
    /// What `let mut name = iter` binds.
    pub(super) fn followed(&mut self, iter: Iter, name: &str, span: Span) -> Iter {
        match self.cursor(&iter, name, span) {
            Some(iter) => iter,
            None => Iter::Unfollowed(Box::new(iter)),
        }
    }

    /// Whether an iterator can be asked for one item after the other.
    pub(super) fn can_follow(&self, iter: &Iter) -> bool {
        match iter {
            Iter::Filter(i, _) | Iter::FilterMap(i, _) | Iter::Map(i, _) | Iter::Inspect(i, _) | Iter::Copied(i) => {
                self.can_follow(i)
            }
            Iter::FromFn(_) => true,
            i => i.is_indexable(),
        }
    }

    /// `a.zip(b)`, where neither is counted: an item of `b` is asked for with each of `a`.
    pub(super) fn run_side_by_side(
        &mut self,
        a: Iter,
        b: Iter,
        label: Option<String>,
        span: Span,
        body: &mut dyn FnMut(&mut Self, Operand) -> Operand,
    ) -> Option<Var> {
        let b = self.cursor(&b, "other", span).and_then(Self::by_ref)?;
        self.run(a, label, span, &mut |this, item| {
            let item = this.settled(item, span);
            let other = this.first_of(b.clone(), span, |_, item| Some((None, item)));
            let pair = match other {
                Operand::Maybe(some, other) => {
                    Operand::Maybe(some, Rc::new(Operand::Tuple(vec![item, (*other).clone()])))
                }
                none => none,
            };
            this.while_some(pair, span, body)
        });
        None
    }

    fn cursor(&mut self, iter: &Iter, name: &str, span: Span) -> Option<Iter> {
        Some(match iter {
            // Moved from one variable to another.
            Iter::Left(_) | Iter::Unfollowed(_) | Iter::ByRef(..) => iter.clone(),
            i if i.is_indexable() => {
                let ready = self.ready(i, span)?;
                let count = match self.count(&ready) {
                    Some(n) => n,
                    None => {
                        let max = quote::quote!(::core::primitive::usize::MAX);
                        self.push_value(OpKind::Path(max), Ty::USIZE, span)
                    }
                };
                let zero = self.index_lit(0, span);
                let at = self.declare(&format!("{name}_at"), Ty::USIZE, Init::Scalar(zero), span);
                let end = self.declare(&format!("{name}_end"), Ty::USIZE, Init::Scalar(count), span);
                Iter::Left(Rc::new(Cursor { of: Rc::new(ready), at, end }))
            }
            Iter::Filter(i, f) => Iter::Filter(Box::new(self.cursor(i, name, span)?), f.clone()),
            Iter::FilterMap(i, f) => Iter::FilterMap(Box::new(self.cursor(i, name, span)?), f.clone()),
            Iter::Map(i, f) => Iter::Map(Box::new(self.cursor(i, name, span)?), f.clone()),
            Iter::Inspect(i, f) => Iter::Inspect(Box::new(self.cursor(i, name, span)?), f.clone()),
            Iter::Copied(i) => Iter::Copied(Box::new(self.cursor(i, name, span)?)),
            // Its state are the variables that the function captures.
            Iter::FromFn(_) => iter.clone(),
            _ => return None,
        })
    }

    /// An iterator by reference. `None` where its state is not followed.
    fn by_ref(iter: Iter) -> Option<Iter> {
        let inner = |i: Box<Iter>| Self::by_ref(*i).map(Box::new);
        Some(match iter {
            Iter::Left(of) => Iter::ByRef(of, false),
            Iter::Unfollowed(_) => return None,
            Iter::Filter(i, f) => Iter::Filter(inner(i)?, f),
            Iter::FilterMap(i, f) => Iter::FilterMap(inner(i)?, f),
            Iter::Map(i, f) => Iter::Map(inner(i)?, f),
            Iter::Inspect(i, f) => Iter::Inspect(inner(i)?, f),
            Iter::Copied(i) => Iter::Copied(inner(i)?),
            other => other,
        })
    }

    /// `&mut it`, also of an iterator that has no other name.
    pub(super) fn iter_by_ref(&mut self, iter: Iter, span: Span) -> Operand {
        let iter = self.followed(iter, "it", span);
        match Self::by_ref(iter) {
            Some(iter) => Operand::Iter(Box::new(iter)),
            None => {
                self.sink.error(span, m::ITERATOR_STATE, "");
                Operand::Never
            }
        }
    }

    /// A method of an iterator in a variable that goes on where it stands.
    pub(super) fn cursor_method(&mut self, iter: Iter, c: &ExprMethodCall) -> Asked {
        let name = c.method.to_string();
        let span = c.method.span();
        if let Iter::Left(of) = &iter {
            let of = of.clone();
            match (name.as_str(), c.args.len()) {
                ("next", 0) => return Asked::Done(self.advance(&of, None, span)),
                ("nth", 1) => {
                    return Asked::Done(match self.scalar(&c.args[0], Some(&Ty::USIZE)) {
                        Some(n) => self.advance(&of, Some(n), span),
                        None => Operand::Never,
                    });
                }
                ("next_back", 0) => return Asked::Done(self.retreat(&of, span)),
                ("peek", 0) => {
                    let (at, end) = self.place_of(&of, span);
                    let some = self.binary(BinOp::Lt, at, end, span);
                    return Asked::Done(self.item_if(&of.of.clone(), at, some, span));
                }
                ("len", 0) => {
                    let (at, end) = self.place_of(&of, span);
                    return Asked::Done(Operand::Value(self.binary(BinOp::Sub, end, at, span)));
                }
                ("as_slice", 0) => {
                    if let Ready::Elements { base, .. } = &*of.of {
                        let (at, end) = self.place_of(&of, span);
                        let step = Proj::Range { lo: Some(at), hi: Some(end), inclusive: false };
                        return Asked::Done(self.project(base.clone(), step, span).referenced(false));
                    }
                }
                _ => {}
            }
        }
        if name == "clone" && c.args.is_empty() {
            return Asked::Done(match self.cloned(&iter, span) {
                Some(copy) => Operand::Iter(Box::new(copy)),
                None => {
                    self.sink.error(span, m::ITERATOR_STATE, "");
                    Operand::Never
                }
            });
        }
        if !BY_REF.contains(&name.as_str()) {
            return Asked::Otherwise(iter);
        }
        if name == "peek" {
            self.sink.error(span, m::ITERATOR_STATE, "");
            return Asked::Done(Operand::Never);
        }
        match Self::by_ref(iter) {
            Some(iter) if name == "by_ref" => Asked::Done(Operand::Iter(Box::new(iter))),
            Some(iter) => Asked::Otherwise(iter),
            None => {
                self.sink.error(span, m::ITERATOR_STATE, "");
                Asked::Done(Operand::Never)
            }
        }
    }

    /// A copy that goes on by itself. `None` where what changes is in a closure.
    fn cloned(&mut self, iter: &Iter, span: Span) -> Option<Iter> {
        let inner = |this: &mut Self, i: &Iter| this.cloned(i, span).map(Box::new);
        Some(match iter {
            Iter::Left(of) => {
                let (at, end) = self.place_of(of, span);
                let at = self.declare("at", Ty::USIZE, Init::Scalar(at), span);
                let end = self.declare("end", Ty::USIZE, Init::Scalar(end), span);
                Iter::Left(Rc::new(Cursor { of: of.of.clone(), at, end }))
            }
            Iter::Filter(i, f) => Iter::Filter(inner(self, i)?, f.clone()),
            Iter::FilterMap(i, f) => Iter::FilterMap(inner(self, i)?, f.clone()),
            Iter::Map(i, f) => Iter::Map(inner(self, i)?, f.clone()),
            Iter::Inspect(i, f) => Iter::Inspect(inner(self, i)?, f.clone()),
            Iter::Copied(i) => Iter::Copied(inner(self, i)?),
            Iter::FromFn(_) | Iter::ByRef(..) => return None,
            // What was not asked yet starts where it started.
            other => other.clone(),
        })
    }

    /// Where it stands, and its end.
    pub(super) fn place_of(&mut self, of: &Cursor, span: Span) -> (Value, Value) {
        (self.load(&Place::whole(of.at), span), self.load(&Place::whole(of.end), span))
    }

    /// `next()`, or `nth(n)`
    fn advance(&mut self, of: &Cursor, n: Option<Value>, span: Span) -> Operand {
        let (at, end) = self.place_of(of, span);
        let k = match n {
            None => at,
            Some(n) => self.push_value(OpKind::Method("saturating_add".into(), vec![at, n]), Ty::USIZE, span),
        };
        let some = self.binary(BinOp::Lt, k, end, span);
        let item = self.item_if(&of.of.clone(), k, some, span);
        let arm = self.arm(|this| {
            let one = this.index_lit(1, span);
            let next = this.binary(BinOp::Add, k, one, span);
            this.store(&Place::whole(of.at), Init::Scalar(next), span);
            Operand::Unit
        });
        if n.is_none() {
            self.conditional(some, arm, span);
            return item;
        }
        // Asked for more than there is, it is used up.
        let used_up = self.arm(|this| {
            this.store(&Place::whole(of.at), Init::Scalar(end), span);
            Operand::Unit
        });
        self.push(OpKind::If { cond: some, then: arm.start, els: used_up.start }, span);
        self.absorb(&arm);
        self.absorb(&used_up);
        item
    }

    /// `next_back()`
    fn retreat(&mut self, of: &Cursor, span: Span) -> Operand {
        let (at, end) = self.place_of(of, span);
        let some = self.binary(BinOp::Lt, at, end, span);
        let one = self.index_lit(1, span);
        let k = self.push_value(OpKind::Method("saturating_sub".into(), vec![end, one]), Ty::USIZE, span);
        let item = self.item_if(&of.of.clone(), k, some, span);
        let arm = self.arm(|this| {
            this.store(&Place::whole(of.end), Init::Scalar(k), span);
            Operand::Unit
        });
        self.conditional(some, arm, span);
        item
    }

    /// `for x in it.by_ref()`
    pub(super) fn run_by_ref(
        &mut self,
        of: &Cursor,
        back: bool,
        label: Option<String>,
        span: Span,
        body: &mut dyn FnMut(&mut Self, Operand) -> Operand,
    ) -> Option<Var> {
        let flags = self.loop_flags(span);
        let (lo, hi) = self.place_of(of, span);
        let cur = self.cur;
        let index = self.func.value(Ty::USIZE, span, cur);
        let ready = of.of.clone();
        let done = self.loop_body(label, span, flags, |this| {
            this.func.values[index.index()].region = this.cur;
            if back {
                this.store(&Place::whole(of.end), Init::Scalar(index), span);
            } else {
                let one = this.index_lit(1, span);
                let next = this.binary(BinOp::Add, index, one, span);
                this.store(&Place::whole(of.at), Init::Scalar(next), span);
            }
            match this.nth_item(&ready, index, span) {
                Operand::Never => Operand::Never,
                item => body(this, item),
            }
        });
        self.func.values[index.index()].region = done.region;
        let range = Range { lo, hi, inclusive: false, rev: back, step: None };
        self.push(OpKind::For { index, range, body: done.region, exit: done.exit }, span);
        let exit = done.exit;
        self.after_loop(&done, span);
        exit
    }
}
