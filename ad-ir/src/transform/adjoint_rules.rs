//! The adjoints of operators and of the primitives of the rule table.

use super::adjoint::Builder;
use super::formula::{Formula, Target, like_of};
use crate::hash::HashMap;
use crate::ir::{BinOp, Float, Op, OpKind, Ty, Value};
use crate::rules::{self, Partial, Rule};

impl Builder<'_> {
    pub(super) fn binary(&mut self, b: BinOp, x: Value, y: Value, c: Value, op: &Op) {
        let span = op.span;
        let ty = self.func.ty(c);
        match b {
            BinOp::Add => {
                self.add(x, c, span);
                self.add(y, c, span);
            }
            BinOp::Sub => {
                self.add(x, c, span);
                if self.active(y) {
                    let n = self.emit(OpKind::Neg(c), ty, span);
                    self.add(y, n, span);
                }
            }
            BinOp::Mul => {
                if self.active(x) {
                    let other = self.lookup(y, span);
                    let t = self.emit(OpKind::Binary(BinOp::Mul, c, other), ty.clone(), span);
                    self.add(x, t, span);
                }
                if self.active(y) {
                    let other = self.lookup(x, span);
                    let t = self.emit(OpKind::Binary(BinOp::Mul, c, other), ty, span);
                    self.add(y, t, span);
                }
            }
            BinOp::Div | BinOp::Rem => {
                if let Some(rule) = rules::lookup(b.symbol()) {
                    self.rule(rule, &[x, y], c, op);
                }
            }
            BinOp::And | BinOp::Or | BinOp::BitAnd | BinOp::BitOr | BinOp::BitXor | BinOp::Shl | BinOp::Shr => {}
            BinOp::Eq | BinOp::Ne | BinOp::Lt | BinOp::Le | BinOp::Gt | BinOp::Ge => {}
        }
    }

    /// A primitive of the table: `arg_bar += partial * y_bar` for each active argument.
    pub(super) fn rule(&mut self, rule: &'static Rule, args: &[Value], c: Value, op: &Op) {
        let span = op.span;
        let ty = self.func.ty(c);
        for (i, a) in args.iter().enumerate() {
            if !self.active(*a) {
                continue;
            }
            let contribution = match rules::partial(rule, i) {
                Partial::Zero => continue,
                Partial::One => c,
                Partial::MinusOne => self.emit(OpKind::Neg(c), ty.clone(), span),
                Partial::Formula(formula) => {
                    let (by, factor) = match rules::reciprocal(&formula) {
                        Some(x) => (BinOp::Div, x),
                        None => (BinOp::Mul, &*formula),
                    };
                    let Some(p) = self.partial(rule, factor, args, op) else { continue };
                    let t = self.emit(OpKind::Binary(by, c, p), ty.clone(), span);
                    if rule.singular.get(i).copied().unwrap_or(false) {
                        // 0 * inf must not make NaN out of a branch that was not chosen.
                        let zero = self.float_zero(&ty, span);
                        let none = self.emit(OpKind::Binary(BinOp::Eq, c, zero), Ty::Bool, span);
                        self.emit(OpKind::Select(none, zero, t), ty.clone(), span)
                    } else {
                        t
                    }
                }
            };
            self.add(*a, contribution, span);
        }
    }

    pub(super) fn partial(
        &mut self,
        rule: &'static Rule,
        formula: &syn::Expr,
        args: &[Value],
        op: &Op,
    ) -> Option<Value> {
        let span = op.span;
        let float = match self.func.ty(op.result?).peel() {
            Ty::Float(f) => *f,
            _ => Float::F64,
        };
        // The names that the formula reads are looked up first; the formula itself then only emits.
        let mut bound: HashMap<String, Value> = HashMap::default();
        for name in rules::names_in(formula) {
            if let Some(k) = rule.formals.iter().position(|f| f.name == name) {
                let v = self.lookup(args[k], span);
                bound.insert(name, v);
            } else if name == "y" {
                let v = self.lookup(op.result?, span);
                bound.insert(name, v);
            }
        }
        let like = like_of(formula, rule, float, &self.sig.krate, span);
        let like = like.map(|path| (path, self.lookup(args[0], span)));
        let mut names = |n: &str| bound.get(n).copied();
        Formula { names: &mut names, float, krate: &self.sig.krate, like, span }.eval(formula, self)
    }
}
