//! Comparisons that give an `Ordering`: a number below, at or above zero ([`Operand::Ordering`]), and 2 where
//! `partial_cmp` finds none.
//!
//! ```text
//! a.partial_cmp(b).unwrap()         v1 = partial_order(a, b); if v1 == 2 { panic }
//! match a.total_cmp(b) { Ordering::Less => … }      if v1 < 0 { … }
//! ```
//!
//! An order is piecewise constant, so it has no derivative.

use super::Lower;
use super::env::Operand;
use crate::ir::{BinOp, OpKind, Ty, Value};
use crate::messages as m;
use proc_macro2::Span;
use quote::quote;
use std::rc::Rc;
use syn::{Expr, ExprMethodCall};

const NUMBER: Ty = Ty::Int("i8");

/// How two values are compared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Partial,
    Total,
    Whole,
}

impl Order {
    /// By the method's name.
    pub(super) fn named(name: &str) -> Option<Order> {
        match name {
            "partial_cmp" => Some(Order::Partial),
            "total_cmp" => Some(Order::Total),
            "cmp" => Some(Order::Whole),
            _ => None,
        }
    }
}

impl Lower<'_> {
    /// `a.partial_cmp(b)`, `a.total_cmp(b)`, `a.cmp(b)`.
    pub(super) fn compared(&mut self, how: Order, a: Operand, b: Operand, span: Span) -> Operand {
        let Some(order) = self.order_of(how, a, b, span) else { return Operand::Never };
        if how != Order::Partial {
            return Operand::Ordering(order);
        }
        let none = self.number("2", span);
        let some = self.binary(BinOp::Ne, order, none, span);
        Operand::Maybe(some, Rc::new(Operand::Ordering(order)))
    }

    /// The order as a number; of tuples by their first parts that differ.
    pub(super) fn order_of(&mut self, how: Order, a: Operand, b: Operand, span: Span) -> Option<Value> {
        let tuple = match (&a, &b) {
            (Operand::Tuple(parts), _) | (_, Operand::Tuple(parts)) => Some(parts.len()),
            _ => match self.head_of(&a) {
                Ty::Tuple(parts) => Some(parts.len()),
                _ => None,
            },
        };
        if let Some(n) = tuple {
            let mut order = None;
            for i in (0..n).rev() {
                let (a, b) = (self.field(a.clone(), i as u32, span), self.field(b.clone(), i as u32, span));
                let first = self.order_of(how, a, b, span)?;
                order = Some(match order {
                    None => first,
                    Some(rest) => {
                        let same = self.is_order(first, BinOp::Eq, span);
                        self.push_value(OpKind::Select(same, rest, first), NUMBER, span)
                    }
                });
            }
            return order;
        }
        let a = self.as_value(a, None, span)?;
        let b = self.as_value(b, None, span)?;
        let (ta, tb) = (self.func.values[a.index()].ty.clone(), self.func.values[b.index()].ty.clone());
        let _ = self.func.types.unify(&ta, &tb);
        let krate = &self.sig.krate;
        let path = match how {
            Order::Partial => quote!(#krate::partial_order),
            Order::Total => quote!(#krate::total_order),
            Order::Whole => quote!(#krate::whole_order),
        };
        Some(self.push_value(OpKind::PathCall(path, vec![a, b]), NUMBER, span))
    }

    pub(super) fn number(&mut self, text: &'static str, span: Span) -> Value {
        self.lit(text, NUMBER, span)
    }

    /// `order < 0` and the like.
    pub(super) fn is_order(&mut self, order: Value, op: BinOp, span: Span) -> Value {
        let zero = self.number("0", span);
        self.binary(op, order, zero, span)
    }

    /// `Ordering::Less` and its like, by the last part of a path.
    pub(super) fn ordering_named(path: &syn::Path) -> Option<BinOp> {
        match path.segments.last()?.ident.to_string().as_str() {
            "Less" => Some(BinOp::Lt),
            "Equal" => Some(BinOp::Eq),
            "Greater" => Some(BinOp::Gt),
            _ => None,
        }
    }

    /// Whether a path is `Ordering::Less` or one of the other two, by its last two names.
    pub(super) fn is_ordering(path: &syn::Path) -> bool {
        let of = path.segments.iter().rev().nth(1).is_some_and(|s| s.ident == "Ordering");
        of && Self::ordering_named(path).is_some()
    }

    /// What an operand is as an ordering: `Ordering::Less` is a constant.
    pub(super) fn ordering(&mut self, operand: Operand, span: Span) -> Option<Value> {
        match operand {
            Operand::Ordering(v) => Some(v),
            Operand::Path(p) => {
                let text = match Self::ordering_named(&p.path) {
                    Some(BinOp::Lt) => "-1",
                    Some(BinOp::Eq) => "0",
                    Some(_) => "1",
                    None => {
                        self.sink.error(span, m::ORDERING, "");
                        return None;
                    }
                };
                Some(self.number(text, span))
            }
            Operand::Never => None,
            _ => {
                self.sink.error(span, m::ORDERING, "");
                None
            }
        }
    }

    /// `x.first() == Some(&1.0)`, `a.cmp(b) == Ordering::Less`
    pub(super) fn compare_lazily(&mut self, op: BinOp, left: Operand, right: &Expr, span: Span) -> Operand {
        // `Some(e)` is not built.
        let right = match right {
            Expr::Call(c)
                if matches!(&left, Operand::Maybe(..))
                    && c.args.len() == 1
                    && matches!(&*c.func, Expr::Path(p) if p.path.is_ident("Some")) =>
            {
                let part = self.expr(&c.args[0], None);
                let part = self.settled(part, span);
                if matches!(part, Operand::Never) { part } else { self.some(part, span) }
            }
            right => self.expr(right, None),
        };
        match (left, op) {
            (Operand::Ordering(a), op) => match self.ordering(right, span) {
                Some(b) => Operand::Value(self.binary(op, a, b, span)),
                None => Operand::Never,
            },
            (Operand::Maybe(some, held), BinOp::Eq | BinOp::Ne) => {
                let Some((other, there)) = self.maybe_parts(right, span) else { return Operand::Never };
                let same = match there {
                    None => Some(self.push_value(OpKind::Not(some), Ty::Bool, span)),
                    Some(there) => {
                        let alike = self.binary(BinOp::Eq, some, other, span);
                        self.lazy_and(alike, true, span, |this| {
                            let none = this.push_value(OpKind::Not(some), Ty::Bool, span);
                            this.lazy_and(none, false, span, |this| {
                                if let Operand::Ordering(a) = *held {
                                    let b = this.ordering(there, span)?;
                                    return Some(this.binary(BinOp::Eq, a, b, span));
                                }
                                let a = this.as_value((*held).clone(), None, span)?;
                                let b = this.as_value(there, None, span)?;
                                Some(this.binary(BinOp::Eq, a, b, span))
                            })
                        })
                    }
                };
                let Some(same) = same else { return Operand::Never };
                Operand::Value(if op == BinOp::Eq { same } else { self.push_value(OpKind::Not(same), Ty::Bool, span) })
            }
            _ => {
                self.sink.error(span, m::EXPECTED_SCALAR, "an `Option`");
                Operand::Never
            }
        }
    }

    /// A method of `Ordering`.
    pub(super) fn ordering_method(&mut self, order: Value, c: &ExprMethodCall) -> Operand {
        let span = c.method.span();
        let name = c.method.to_string();
        let args: Vec<&Expr> = c.args.iter().collect();
        let test = match name.as_str() {
            "is_lt" => Some(BinOp::Lt),
            "is_le" => Some(BinOp::Le),
            "is_gt" => Some(BinOp::Gt),
            "is_ge" => Some(BinOp::Ge),
            "is_eq" => Some(BinOp::Eq),
            "is_ne" => Some(BinOp::Ne),
            _ => None,
        };
        match (name.as_str(), test, &args[..]) {
            (_, Some(op), []) => Operand::Value(self.is_order(order, op, span)),
            ("reverse", _, []) => Operand::Ordering(self.push_value(OpKind::Neg(order), NUMBER, span)),
            ("then" | "then_with", _, [e]) => {
                let other = self.expr(e, None);
                if matches!(other, Operand::Never) {
                    return other;
                }
                let same = self.is_order(order, BinOp::Eq, span);
                let lazy = name == "then_with";
                let rest = move |this: &mut Self| {
                    if lazy { this.apply(&other, Vec::new(), None, span) } else { other }
                };
                let arms = vec![
                    super::control::ChainArm {
                        cond: Some(Box::new(move |_: &mut Self| Some(same)) as super::control::Condition<'_, Self>),
                        body: Box::new(rest),
                        last: false,
                    },
                    super::control::ChainArm {
                        cond: None,
                        body: Box::new(move |_: &mut Self| Operand::Ordering(order)),
                        last: false,
                    },
                ];
                self.chain(arms, span)
            }
            _ => {
                self.sink.error(span, m::ORDERING, "");
                Operand::Never
            }
        }
    }
}
