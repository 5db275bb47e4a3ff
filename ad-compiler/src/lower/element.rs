//! Elements that may not be there: `get`, `first`, `last`, `split_first` and their like, as options that are not built.
//!
//! ```text
//! x.get(i)             i < len x;  &x[i]
//! x.get(a..b)          a <= b && b <= len x;  &x[a..b]
//! x.last()             len x > 0;  &x[len x - 1]
//! x.split_first()      len x > 0;  (&x[0], &x[1..])
//! ```

use super::Lower;
use super::control::{ChainArm, Condition};
use super::env::Operand;
use super::location::start;
use crate::ir::{BinOp, CopyHow, OpKind, Proj, Ty, Value};
use proc_macro2::Span;
use std::rc::Rc;
use syn::{Expr, ExprMethodCall};

impl Lower<'_> {
    /// `base.name(arg)`; of references chosen at run time, of whichever it is.
    pub(super) fn element_if_there(&mut self, base: Operand, name: &str, arg: Option<&Expr>, span: Span) -> Operand {
        let at = match arg {
            None => None,
            Some(e) => match self.expr(e, Some(&Ty::USIZE)) {
                Operand::Never => return Operand::Never,
                at => Some((at, start(e))),
            },
        };
        self.each(base, span, |this, base| this.there(base, name, at.clone(), span))
    }

    fn there(&mut self, base: Operand, name: &str, at: Option<(Operand, Span)>, span: Span) -> Operand {
        let mutable = name.ends_with("_mut");
        let Some(len) = self.len(base.clone(), span) else { return Operand::Never };
        if let Some((at, at_span)) = at {
            return match at {
                Operand::Range(r) => {
                    for v in [r.lo, r.hi].into_iter().flatten() {
                        let ty = self.func.values[v.index()].ty.clone();
                        let _ = self.func.types.unify(&ty, &Ty::USIZE);
                    }
                    let hi = r.hi.unwrap_or(len);
                    let op = if r.inclusive { BinOp::Lt } else { BinOp::Le };
                    let mut some = self.binary(op, hi, len, span);
                    if let Some(lo) = r.lo {
                        // `3..=2` is empty and there; `3..=1` is not.
                        let before = if r.inclusive {
                            let one = self.index_lit(1, span);
                            let end = self.push_value(
                                OpKind::Method("saturating_add".into(), vec![hi, one]),
                                Ty::USIZE,
                                span,
                            );
                            self.binary(BinOp::Le, lo, end, span)
                        } else {
                            self.binary(BinOp::Le, lo, hi, span)
                        };
                        some = self.binary(BinOp::And, some, before, span);
                    }
                    let step = Proj::Range { lo: r.lo, hi: r.hi, inclusive: r.inclusive };
                    self.at(some, base, step, mutable, span)
                }
                other => {
                    let Some(i) = self.as_value(other, Some(&Ty::USIZE), at_span) else { return Operand::Never };
                    let some = self.binary(BinOp::Lt, i, len, span);
                    self.at(some, base, Proj::Index(i), mutable, span)
                }
            };
        }
        let zero = self.index_lit(0, span);
        let some = self.binary(BinOp::Gt, len, zero, span);
        let first = name.contains("first");
        let one = self.index_lit(1, span);
        let index = if first {
            zero
        } else {
            self.push_value(OpKind::Method("saturating_sub".into(), vec![len, one]), Ty::USIZE, span)
        };
        if !name.starts_with("split") {
            return self.at(some, base, Proj::Index(index), mutable, span);
        }
        let rest = if first {
            Proj::Range { lo: Some(one), hi: None, inclusive: false }
        } else {
            Proj::Range { lo: None, hi: Some(index), inclusive: false }
        };
        let element = self.project(base.clone(), Proj::Index(index), span).referenced(mutable);
        let rest = self.project(base, rest, span).referenced(mutable);
        Operand::Maybe(some, Rc::new(Operand::Tuple(vec![element, rest])))
    }

    fn at(&mut self, some: Value, base: Operand, step: Proj, mutable: bool, span: Span) -> Operand {
        Operand::Maybe(some, Rc::new(self.project(base, step, span).referenced(mutable)))
    }

    /// `v.pop();`: as a statement it only shortens.
    pub(super) fn shorten(&mut self, c: &ExprMethodCall) -> Operand {
        let receiver = self.expr(&c.receiver, None);
        if matches!(receiver, Operand::Never) || self.is_user_method(&receiver, "pop") {
            return if matches!(receiver, Operand::Never) { receiver } else { self.user_method(receiver, c, None) };
        }
        self.change(receiver, c.method.span(), OpKind::Pop)
    }

    /// `v.pop()` where its value is used: `if v.len() > 0 { let last = v[v.len() - 1]; v.pop(); Some(last) } else { None }`.
    pub(super) fn popped(&mut self, operand: Operand, span: Span) -> Operand {
        let Some(place) = self.as_place(operand, span) else { return Operand::Never };
        let zero = self.index_lit(0, span);
        let len = self.push_value(OpKind::Len(place.clone()), Ty::USIZE, span);
        let some = self.binary(BinOp::Gt, len, zero, span);
        let last = move |this: &mut Self| {
            let one = this.index_lit(1, span);
            let at = this.binary(BinOp::Sub, len, one, span);
            let element = this.settled(Operand::Place(place.then(Proj::Index(at))), span);
            let element = this.copied(element, CopyHow::Clone, span);
            // Read before it is gone.
            let element = this.secured(element, span);
            this.touched(place.base);
            this.push(OpKind::Pop(place), span);
            this.constructor(&syn::parse_quote!(Some), vec![element], span)
        };
        let none = move |this: &mut Self| this.constructor(&syn::parse_quote!(None), Vec::new(), span);
        let arms = vec![
            ChainArm {
                cond: Some(Box::new(move |_: &mut Self| Some(some)) as Condition<'_, Self>),
                body: Box::new(last),
                last: false,
            },
            ChainArm { cond: None, body: Box::new(none), last: false },
        ];
        self.chain(arms, span)
    }
}
