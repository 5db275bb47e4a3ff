//! Elements that may not be there: `get`, `first`, `last`, `split_first` and their like, as options that are not built.
//!
//! ```text
//! x.get(i)             i < len x;  &x[i]
//! x.get(a..b)          a <= b && b <= len x;  &x[a..b]
//! x.last()             len x > 0;  &x[len x - 1]
//! x.split_first()      len x > 0;  (&x[0], &x[1..])
//! ```

use super::Lower;
use super::env::Operand;
use super::location::start;
use crate::ir::{BinOp, OpKind, Proj, Ty, Value};
use proc_macro2::Span;
use std::rc::Rc;
use syn::Expr;

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
}
