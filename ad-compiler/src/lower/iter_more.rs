//! Adaptors whose closure says whether there is an item, or gives several: `filter_map`, `map_while`, `scan`, `flat_map`;
//! and iterators that come from a function: `successors`, `from_fn`.
//!
//! ```text
//! i.scan(s0, f)            s = s0; for x in i { v = f(&mut s, x); if v is none { stop } else { body(v) } }
//! i.flat_map(f)            for x in i { for y in f(x) { body(y) }; if the body left it { stop } }
//! successors(first, f)     at = first; while at is some { x = at; at = f(&x); body(x) }
//! ```

use super::Lower;
use super::env::Operand;
use super::iter::Iter;
use crate::ir::{Init, OpKind, Place, Ty, Value, Var};
use proc_macro2::Span;

type Body<'b, L> = &'b mut dyn FnMut(&mut L, Operand) -> Operand;

impl Lower<'_> {
    pub(super) fn run_filter_map(
        &mut self,
        of: Iter,
        f: &Operand,
        label: Option<String>,
        span: Span,
        body: Body<'_, Self>,
    ) -> Option<Var> {
        self.run(of, label, span, &mut |this, item| {
            let got = this.apply(f, vec![item], None, span);
            let Some((some, held)) = this.option_of(got, span) else { return Operand::Never };
            let arm = this.arm(|this| body(this, held));
            this.conditional(some, arm, span)
        })
    }

    pub(super) fn run_map_while(
        &mut self,
        of: Iter,
        f: &Operand,
        label: Option<String>,
        span: Span,
        body: Body<'_, Self>,
    ) -> Option<Var> {
        self.run(of, label, span, &mut |this, item| {
            let got = this.apply(f, vec![item], None, span);
            this.while_some(got, span, body)
        });
        None
    }

    /// Stops the loop at a `None`.
    pub(super) fn while_some(&mut self, got: Operand, span: Span, body: Body<'_, Self>) -> Operand {
        let Some((some, held)) = self.option_of(got, span) else { return Operand::Never };
        let end = self.push_value(OpKind::Not(some), Ty::Bool, span);
        self.stop_if(end, span);
        let arm = self.arm(|this| body(this, held));
        self.conditional(some, arm, span)
    }

    pub(super) fn run_scan(
        &mut self,
        of: Iter,
        state: Operand,
        f: &Operand,
        label: Option<String>,
        span: Span,
        body: Body<'_, Self>,
    ) -> Option<Var> {
        let state = self.accumulator("state", state, span)?;
        let state = super::expr::referenced(state, true);
        self.run(of, label, span, &mut |this, item| {
            let got = this.apply(f, vec![state.clone(), item], None, span);
            this.while_some(got, span, body)
        });
        None
    }

    pub(super) fn run_flat_map(
        &mut self,
        of: Iter,
        f: Option<&Operand>,
        label: Option<String>,
        span: Span,
        body: Body<'_, Self>,
    ) -> Option<Var> {
        let left = self.flag("left", false, span);
        self.known.remove(&left);
        self.run(of, None, span, &mut |this, item| {
            let got = match f {
                Some(f) => this.apply(f, vec![item], None, span),
                None => item,
            };
            if matches!(got, Operand::Never) {
                return got;
            }
            let Some(inner) = this.iterate(got, span) else { return Operand::Never };
            this.run_part(inner, left, label.clone(), span, body);
            this.known.remove(&left);
            let done = this.load(&Place::whole(left), span);
            this.stop_if(done, span);
            Operand::Unit
        });
        self.known.remove(&left);
        Some(left)
    }

    pub(super) fn run_successors(
        &mut self,
        first: Operand,
        f: &Operand,
        label: Option<String>,
        span: Span,
        body: Body<'_, Self>,
    ) -> Option<Var> {
        let (some, held) = self.option_of(first, span)?;
        let mut at = self.kept(false, span);
        let arm = self.arm(|this| {
            this.keep(&mut at, held, span);
            Operand::Unit
        });
        self.conditional(some, arm, span);
        let flags = self.loop_flags(span);
        let known = self.known.clone();
        self.forget_mutable();
        let mut test: Option<Value> = None;
        let cond = self.arm(|this| {
            test = Some(this.keeps(&at, span));
            Operand::Unit
        });
        self.known = known;
        let test = test?;
        self.absorb(&cond);
        let done = self.loop_body(label, span, flags, |this| {
            let now = this.kept_item(&at, span);
            // It is given another value before the body is run.
            let now = this.settled(named(now), span);
            let now = this.secured(now, span);
            let next = this.apply(f, vec![now.clone()], None, span);
            let Some((some, held)) = this.option_of(next, span) else { return Operand::Never };
            this.lose(&at, span);
            let arm = this.arm(|this| {
                this.keep(&mut at, held, span);
                Operand::Unit
            });
            this.conditional(some, arm, span);
            body(this, now)
        });
        self.push(OpKind::While { cond: cond.start, test, body: done.region, exit: done.exit }, span);
        let exit = done.exit;
        self.after_loop(&done, span);
        exit
    }

    pub(super) fn run_from_fn(
        &mut self,
        f: &Operand,
        label: Option<String>,
        span: Span,
        body: Body<'_, Self>,
    ) -> Option<Var> {
        let flags = self.loop_flags(span);
        let cond = self.func.region(Some(self.cur));
        let test = self.func.push_value(cond, OpKind::Lit("true".into()), Ty::Bool, span);
        let done = self.loop_body(label, span, flags, |this| {
            let got = this.apply(f, Vec::new(), None, span);
            this.while_some(got, span, body)
        });
        self.push(OpKind::While { cond, test, body: done.region, exit: done.exit }, span);
        self.after_loop(&done, span);
        None
    }

    /// `x = false`
    pub(super) fn clear(&mut self, flag: Var, span: Span) {
        let no = self.lit("false", Ty::Bool, span);
        self.store(&Place::whole(flag), Init::Scalar(no), span);
        self.known.remove(&flag);
    }
}

/// Variables as places, which change.
fn named(operand: Operand) -> Operand {
    match operand {
        Operand::Owned(var) => Operand::Place(Place::whole(var)),
        Operand::Tuple(parts) => Operand::Tuple(parts.into_iter().map(named).collect()),
        other => other,
    }
}
