//! Conditions that bind: `if let`, chains of `let`, `while let`, `let … else`.
//!
//! ```text
//! let Some(y) = e else { return 0.0 };      v1 = matches e, Some { .. }
//!                                           if v1 { … the rest, with y the place e.Some.0 … } else { result = 0.0; … }
//! ```

use super::Lower;
use super::control::ChainArm;
use super::env::Operand;
use super::pattern::Test;
use crate::ir::Ty;
use proc_macro2::Span;
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{Expr, Pat};

impl Lower<'_> {
    /// The condition of an `if` or `while` as its conjuncts, if one of them is a `let`.
    pub(super) fn let_chain(cond: &Expr) -> Option<Vec<&Expr>> {
        fn collect<'e>(e: &'e Expr, out: &mut Vec<&'e Expr>) {
            match e {
                Expr::Binary(b) if matches!(b.op, syn::BinOp::And(_)) => {
                    collect(&b.left, out);
                    collect(&b.right, out);
                }
                e => out.push(e),
            }
        }
        let mut all = Vec::new();
        collect(cond, &mut all);
        all.iter().any(|e| matches!(e, Expr::Let(_))).then_some(all)
    }

    /// `if let P = e && c { a } else { b }`: several conjuncts become nested `if`s that leave a labelled block.
    pub(super) fn if_let(&mut self, conjuncts: &[&Expr], i: &syn::ExprIf, want: Option<&Ty>) -> Operand {
        let els = i.else_branch.as_ref().map(|(_, e)| &**e);
        if let [Expr::Let(l)] = conjuncts {
            let span = i.if_token.span;
            let scrutinee = self.expr(&l.expr, None);
            let scrutinee = self.settled(scrutinee, l.expr.span());
            if matches!(scrutinee, Operand::Never) {
                return Operand::Never;
            }
            if let Operand::Choice(which, of) = &scrutinee {
                let done = self.choose(*which, &of.clone(), span, |this, o| {
                    Some(this.if_matches(&l.pat, o, &i.then_branch, els, want, span))
                });
                return done.unwrap_or(Operand::Never);
            }
            return self.if_matches(&l.pat, scrutinee, &i.then_branch, els, want, span);
        }
        let label = syn::Lifetime::new(&format!("'chain{}", self.frames.len()), Span::call_site());
        let then = &i.then_branch;
        let mut inner: Expr = syn::parse_quote!(break #label #then);
        for c in conjuncts.iter().rev() {
            inner = syn::parse_quote!(if #c { #inner });
        }
        let els = els.map_or_else(|| quote!({}), ToTokens::to_token_stream);
        let whole: Expr = syn::parse_quote!(#label: { #inner #els });
        self.expr(&whole, want)
    }

    fn if_matches(
        &mut self,
        pat: &Pat,
        scrutinee: Operand,
        then: &syn::Block,
        els: Option<&Expr>,
        want: Option<&Ty>,
        span: Span,
    ) -> Operand {
        let (tested, w1, w2) = (scrutinee.clone(), want.cloned(), want.cloned());
        let mut arms: Vec<ChainArm<'_, Self>> = vec![ChainArm {
            cond: Some(Box::new(move |this: &mut Self| this.arm_condition(pat, None, tested))),
            body: Box::new(move |this: &mut Self| {
                this.bind_matched(pat, scrutinee);
                let op = this.block(then, w1.as_ref());
                this.settled(op, then.span())
            }),
            last: false,
        }];
        if let Some(e) = els {
            arms.push(ChainArm {
                cond: None,
                body: Box::new(move |this: &mut Self| {
                    let op = this.expr(e, w2.as_ref());
                    this.settled(op, e.span())
                }),
                last: false,
            });
        }
        self.chain(arms, span)
    }

    /// `while let P = e { body }` is `loop { if let P = e { body } else { break } }`.
    pub(super) fn while_let(&mut self, w: &syn::ExprWhile) -> Operand {
        let (label, cond, body) = (&w.label, &w.cond, &w.body);
        let forever: Expr = syn::parse_quote!(#label loop { if #cond #body else { break } });
        self.expr(&forever, None)
    }

    /// `let P = e else { … };`
    pub(super) fn let_else(&mut self, pat: &Pat, operand: Operand, diverge: &Expr) -> Operand {
        let span = pat.span();
        let operand = self.settled(operand, span);
        match self.matches(pat, &operand) {
            None => return Operand::Never,
            Some(Test::Always) => {}
            Some(Test::If(v)) => {
                if !self.go_on_if(v, span, Box::new(|this: &mut Self| this.expr(diverge, None))) {
                    return Operand::Never;
                }
            }
        }
        self.bind_matched(pat, operand);
        Operand::Unit
    }
}
