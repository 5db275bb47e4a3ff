//! `if`, `match`, `break` and `return`, as chains and exits: see [`super::control`].

use super::Lower;
use super::control::{ChainArm, Condition};
use super::env::{FrameKind, Operand};
use crate::ir::Ty;
use syn::spanned::Spanned;
use syn::{Expr, ExprIf, ExprMatch};

impl Lower<'_> {
    pub(super) fn if_expr(&mut self, first: &ExprIf, want: Option<&Ty>) -> Operand {
        let span = first.if_token.span;
        if let Some(conjuncts) = Self::let_chain(&first.cond) {
            return self.if_let(&conjuncts, first, want);
        }
        let want = want.cloned();
        let mut arms: Vec<ChainArm<'_, Self>> = Vec::new();
        let mut at = Some(first);
        while let Some(i) = at {
            let w = want.clone();
            arms.push(ChainArm {
                cond: Some(Box::new(move |this: &mut Self| this.scalar(&i.cond, Some(&Ty::Bool)))),
                body: Box::new(move |this: &mut Self| {
                    let op = this.block(&i.then_branch, w.as_ref());
                    this.settled(op, i.then_branch.span())
                }),
                last: false,
            });
            at = None;
            match i.else_branch.as_ref().map(|(_, e)| &**e) {
                Some(Expr::If(next)) if Self::let_chain(&next.cond).is_none() => at = Some(next),
                Some(e) => {
                    let w = want.clone();
                    arms.push(ChainArm {
                        cond: None,
                        body: Box::new(move |this: &mut Self| {
                            let op = this.expr(e, w.as_ref());
                            this.settled(op, e.span())
                        }),
                        last: false,
                    });
                }
                None => {}
            }
        }
        self.chain(arms, span)
    }

    pub(super) fn match_expr(&mut self, e: &ExprMatch, want: Option<&Ty>) -> Operand {
        let span = e.match_token.span;
        let scrutinee = self.expr(&e.expr, None);
        let scrutinee = self.settled(scrutinee, e.expr.span());
        if matches!(scrutinee, Operand::Never) {
            return Operand::Never;
        }
        let mut guards = e.arms.iter().filter_map(|a| super::pattern::split_guard(&a.pat).1);
        // A guard that writes must not change what is matched: `match v.clone() { w if { v[0] = 0.0; w[0] > 1.0 } => … }`.
        let scrutinee = match scrutinee {
            fresh @ (Operand::Fresh(..) | Operand::Tuple(_)) if guards.any(super::expr::may_write) => {
                self.secured(fresh, e.expr.span())
            }
            other => other,
        };
        if let Operand::Choice(which, of) = &scrutinee {
            let (which, of, want) = (*which, of.clone(), want.cloned());
            let done = self.choose(which, &of, span, |this, o| Some(this.match_on(e, o, want.as_ref())));
            return done.unwrap_or(Operand::Never);
        }
        self.match_on(e, scrutinee, want)
    }

    pub(super) fn match_on(&mut self, e: &ExprMatch, scrutinee: Operand, want: Option<&Ty>) -> Operand {
        let span = e.match_token.span;
        let enabled: Vec<&syn::Arm> = e.arms.iter().filter(|a| self.cfg_enabled(&a.attrs)).collect();
        let n = enabled.len();
        let want = want.cloned();
        let mut arms: Vec<ChainArm<'_, Self>> = Vec::new();
        for (k, arm) in enabled.into_iter().enumerate() {
            let (s1, s2, w) = (scrutinee.clone(), scrutinee.clone(), want.clone());
            let (pat, guard) = super::pattern::split_guard(&arm.pat);
            let last = k + 1 == n && guard.is_none();
            // Rust has checked that the last arm matches what the others leave.
            let irrefutable = last && super::pattern::is_irrefutable(pat);
            // A name alone in front of other arms is a constant, or they would never be reached.
            let constant = !last && guard.is_none() && super::pattern::is_plain_name(pat);
            let cond: Option<Condition<'_, Self>> = if irrefutable {
                None
            } else if constant {
                Some(Box::new(move |this: &mut Self| match this.test_tokens(pat, &s1, pat.span())? {
                    super::pattern::Test::If(v) => Some(v),
                    super::pattern::Test::Always => None,
                }))
            } else {
                Some(Box::new(move |this: &mut Self| this.arm_condition(pat, guard, s1)))
            };
            arms.push(ChainArm {
                cond,
                body: Box::new(move |this: &mut Self| {
                    if !constant {
                        this.bind_matched(pat, s2);
                    }
                    let op = this.expr(&arm.body, w.as_ref());
                    this.settled(op, arm.body.span())
                }),
                last,
            });
            if irrefutable {
                break;
            }
        }
        self.chain(arms, span)
    }

    pub(super) fn break_expr(&mut self, b: &syn::ExprBreak) -> Operand {
        let label = b.label.as_ref().map(|l| l.ident.to_string());
        let span = b.break_token.span;
        let value = match &b.expr {
            Some(e) => {
                let op = self.expr(e, None);
                let op = self.settled(op, e.span());
                if matches!(op, Operand::Never) {
                    return op;
                }
                op
            }
            None => Operand::Unit,
        };
        let Some(target) = self.target(label.as_deref()) else { return Operand::Never };
        self.fill(target, value, span);
        self.leave(target, false, span)
    }

    /// The frame that `break` and `continue` mean; rustc has checked that there is one.
    pub(super) fn target(&self, label: Option<&str>) -> Option<usize> {
        (0..self.frames.len()).rev().find(|&i| {
            let f = &self.frames[i];
            match label {
                Some(l) => f.label.as_deref() == Some(l),
                None => f.kind == FrameKind::Loop,
            }
        })
    }

    pub(super) fn return_expr(&mut self, r: &syn::ExprReturn) -> Operand {
        let span = r.return_token.span;
        let target = (0..self.frames.len())
            .rev()
            .find(|&i| matches!(self.frames[i].kind, FrameKind::Function | FrameKind::Closure))
            .unwrap_or(0);
        let want = if target == 0 { Some(self.sig.output.clone()) } else { None };
        let value = match &r.expr {
            Some(e) => {
                let op = self.expr(e, want.as_ref());
                let op = self.settled(op, e.span());
                if let Some(want) = &want
                    && !matches!(op, Operand::Never)
                {
                    let ty = self.ty_of(&op);
                    let _ = self.func.types.unify(&ty, want);
                }
                op
            }
            None => Operand::Unit,
        };
        if matches!(value, Operand::Never) {
            return Operand::Never;
        }
        self.fill(target, value, span);
        self.leave(target, false, span)
    }
}
