//! `a.chain(b)`: two loops, of which the second runs unless the first was left.

use super::Lower;
use super::env::Operand;
use super::iter::Iter;
use crate::ir::{BinOp, Init, OpKind, Place, Ty, Var};
use proc_macro2::Span;

impl Iter {
    /// Whether its loop is stopped when the items come to an end.
    pub(super) fn ends_early(&self) -> bool {
        match self {
            Iter::TakeWhile(..) | Iter::MapWhile(..) | Iter::Scan(..) | Iter::FromFn(_) => true,
            Iter::FilterMap(i, _) | Iter::FlatMap(i, _) | Iter::Cycle(i) | Iter::Unfollowed(i) => i.ends_early(),
            Iter::RChunks(..) | Iter::Left(_) | Iter::ByRef(..) | Iter::Successors(..) => false,
            // One side is counted along with the other.
            Iter::Take(..) | Iter::Zip(..) => !self.is_indexable(),
            Iter::Enumerate(i) | Iter::Map(i, _) | Iter::Rev(i) | Iter::Skip(i, _) | Iter::StepBy(i, _) => {
                i.ends_early()
            }
            Iter::Copied(i) | Iter::Filter(i, _) | Iter::SkipWhile(i, _) | Iter::Inspect(i, _) => i.ends_early(),
            Iter::Chain(a, b) => a.ends_early() || b.ends_early(),
            Iter::Range(_) | Iter::Elements(..) | Iter::Chunks(..) | Iter::Windows(..) | Iter::Repeat(_) => false,
        }
    }
}

impl Lower<'_> {
    /// `a.chain(b)`: the second part runs unless the first was left by `break`.
    pub(super) fn run_chain(
        &mut self,
        a: Iter,
        b: Iter,
        label: Option<String>,
        span: Span,
        body: &mut dyn FnMut(&mut Self, Operand) -> Operand,
    ) -> Option<Var> {
        let left = self.flag("left", false, span);
        self.known.remove(&left);
        self.run_part(a, left, label.clone(), span, body);
        let done = self.load(&Place::whole(left), span);
        let go = self.push_value(OpKind::Not(done), Ty::Bool, span);
        let arm = self.arm(|this| {
            this.run_part(b, left, label, span, body);
            Operand::Unit
        });
        self.optional_part(go, arm, span);
        self.known.remove(&left);
        Some(left)
    }

    /// One part of a chain; `left` says afterwards whether its body left it.
    pub(super) fn run_part(
        &mut self,
        part: Iter,
        left: Var,
        label: Option<String>,
        span: Span,
        body: &mut dyn FnMut(&mut Self, Operand) -> Operand,
    ) {
        if !part.ends_early() {
            if let Some(flag) = self.run(part, label, span, body) {
                let v = self.load(&Place::whole(flag), span);
                self.store(&Place::whole(left), Init::Scalar(v), span);
                self.known.remove(&left);
            }
            return;
        }
        // That the items come to an end stops the loop as `break` does: the body is asked by itself.
        //
        //     before = stop; stop = false; { body }; left = stop; stop = before || stop
        self.run(part, label, span, &mut |this, item| {
            let Some(stop) = this.frames.last().and_then(|f| f.break_flag).map(Place::whole) else {
                return body(this, item);
            };
            let before = this.load(&stop, span);
            let no = this.lit("false", Ty::Bool, span);
            this.store(&stop, Init::Scalar(no), span);
            this.known.remove(&stop.base);
            let yes = this.lit("true", Ty::Bool, span);
            let arm = this.arm(|this| body(this, item));
            this.conditional(yes, arm, span);
            let now = this.load(&stop, span);
            this.store(&Place::whole(left), Init::Scalar(now), span);
            this.known.remove(&left);
            let either = this.binary(BinOp::Or, before, now, span);
            this.store(&stop, Init::Scalar(either), span);
            this.known.remove(&stop.base);
            Operand::Unit
        });
    }
}
