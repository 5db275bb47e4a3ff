//! Iterators that end in Vecs, or stop at the first failure: `collect`, `unzip`, `partition`, `try_fold`.
//!
//! ```text
//! i.collect::<Option<Vec<_>>>()      v = []; for x in i { if x is none { failed = true; stop } else { v.push(x) } };  (!failed, v)
//! i.collect::<Result<Vec<_>, _>>()   'done: { for x in i { match x { Ok(y) => v.push(y), Err(e) => break 'done Err(e) } } Ok(v) }
//! ```

use super::env::{Frame, FrameKind, Operand};
use super::iter::Iter;
use super::option::Wrapper;
use super::{Lower, peeled};
use crate::ir::{CopyHow, Init, OpKind, Place, Proj, Ty, Value, Var};
use crate::messages as m;
use proc_macro2::Span;
use quote::ToTokens;
use std::rc::Rc;

/// What an item that may be a failure comes to.
struct Tried {
    good: Value,
    held: Operand,
    /// Where a `Result` is that may hold an error.
    failed: Option<Place>,
}

impl Lower<'_> {
    pub(super) fn collect(&mut self, iter: Iter, want: Option<&Ty>, span: Span) -> Operand {
        let into = want.map(|w| peeled(&self.func.types.head(w)));
        let (wrapper, vec) = match into {
            Some(Ty::Option(inner)) => (Some(Wrapper::Option), Some(peeled(&self.func.types.head(&inner)))),
            Some(Ty::Result(inner, _)) => (Some(Wrapper::Result), Some(peeled(&self.func.types.head(&inner)))),
            other => (None, other),
        };
        let elem = match vec {
            Some(Ty::Vec(e)) => *e,
            None | Some(Ty::Var(_)) => self.func.types.fresh(),
            Some(_) => {
                let into = want.map(|t| t.to_token_stream().to_string().replace(' ', "")).unwrap_or_default();
                self.sink.error(span, m::COLLECT, into);
                return Operand::Never;
            }
        };
        let var = self.empty("collected", &elem, span);
        match wrapper {
            None => {
                self.for_each(iter, None, span, move |this, item| this.push_item(var, &elem, item, span));
                Operand::Owned(var)
            }
            Some(of) => {
                let put = move |this: &mut Self, item| {
                    this.push_item(var, &elem, item, span);
                };
                self.until_failure(iter, Some(of), span, |_, item| item, put, move |_| Operand::Owned(var))
            }
        }
    }

    fn empty(&mut self, name: &str, elem: &Ty, span: Span) -> Var {
        self.declare(name, Ty::Vec(Box::new(elem.clone())), Init::NewVec { capacity: None }, span)
    }

    fn push_item(&mut self, var: Var, elem: &Ty, item: Operand, span: Span) -> Operand {
        let item = self.settled(item, span);
        let item = match item {
            Operand::Ref(p, _) => self.copied(Operand::Place(p), CopyHow::Bits, span),
            o => o,
        };
        let got = self.ty_of(&item);
        let _ = self.func.types.unify(elem, &got);
        match self.as_init(item, span) {
            Some(init) => {
                self.touched(var);
                self.push(OpKind::Push(Place::whole(var), init), span);
                Operand::Unit
            }
            None => Operand::Never,
        }
    }

    /// `unzip()` into two Vecs.
    pub(super) fn unzip(&mut self, iter: Iter, want: Option<&Ty>, span: Span) -> Operand {
        let elems: Vec<Ty> = match want.map(|w| self.func.types.head(w)) {
            Some(Ty::Tuple(parts)) if parts.len() == 2 => {
                let known: Vec<Option<Ty>> = parts.iter().map(|p| self.func.types.head(p).element().cloned()).collect();
                known.into_iter().map(|e| self.or_open(e)).collect()
            }
            _ => vec![self.func.types.fresh(), self.func.types.fresh()],
        };
        let vars = [self.empty("left", &elems[0], span), self.empty("right", &elems[1], span)];
        self.for_each(iter, None, span, |this, item| {
            for (i, (var, elem)) in vars.iter().zip(&elems).enumerate() {
                let part = this.field(item.clone(), i as u32, span);
                if matches!(this.push_item(*var, elem, part, span), Operand::Never) {
                    return Operand::Never;
                }
            }
            Operand::Unit
        });
        Operand::Tuple(vars.iter().map(|v| Operand::Owned(*v)).collect())
    }

    fn or_open(&mut self, ty: Option<Ty>) -> Ty {
        ty.unwrap_or_else(|| self.func.types.fresh())
    }

    /// `partition(f)` into two Vecs.
    pub(super) fn partition(&mut self, iter: Iter, f: &Operand, span: Span) -> Operand {
        let elem = self.func.types.fresh();
        let (yes, no) = (self.empty("left", &elem, span), self.empty("right", &elem, span));
        self.for_each(iter, None, span, |this, item| {
            let item = this.settled(item, span);
            let test = this.apply(f, vec![item.clone()], Some(&Ty::Bool), span);
            let Some(test) = this.as_value(test, Some(&Ty::Bool), span) else { return Operand::Never };
            let then = this.arm(|this| this.push_item(yes, &elem, item.clone(), span));
            let els = this.arm(|this| this.push_item(no, &elem, item, span));
            this.push(OpKind::If { cond: test, then: then.start, els: els.start }, span);
            this.absorb(&then);
            this.absorb(&els);
            Operand::Unit
        });
        Operand::Tuple(vec![Operand::Owned(yes), Operand::Owned(no)])
    }

    /// `try_fold(init, f)`
    pub(super) fn try_fold(&mut self, iter: Iter, init: Operand, f: &Operand, span: Span) -> Operand {
        let Some(acc) = self.accumulator("acc", init, span) else { return Operand::Never };
        let (now, next, end) = (acc.clone(), acc.clone(), acc);
        self.until_failure(
            iter,
            None,
            span,
            |this, item| {
                let now = this.settled(now.clone(), span);
                this.apply(f, vec![now, item], None, span)
            },
            move |this, held| this.set_accumulator(&next, held, span),
            move |this| {
                let end = this.settled(end, span);
                this.secured(end, span)
            },
        )
    }

    /// A loop that ends at the first `None` or `Err` that `of` makes of an item; what is there goes to `put`. It results in
    /// what `end` gives, in the wrapper.
    fn until_failure(
        &mut self,
        iter: Iter,
        wrapper: Option<Wrapper>,
        span: Span,
        mut of: impl FnMut(&mut Self, Operand) -> Operand,
        mut put: impl FnMut(&mut Self, Operand),
        end: impl FnOnce(&mut Self) -> Operand,
    ) -> Operand {
        let failed = self.late_var("failed", Ty::Bool, span);
        self.known.remove(&failed);
        let mut found = wrapper;
        let lowered = |this: &mut Self| {
            let block = this.frames.len() - 1;
            this.for_each(iter, None, span, |this, item| {
                let got = of(this, item);
                let got = this.settled(got, span);
                let wrapper = *found.get_or_insert_with(|| this.wrapper_or_guess(&got));
                let Some(tried) = this.tried(got, wrapper, span) else { return Operand::Never };
                let then = this.arm(|this| {
                    put(this, tried.held);
                    Operand::Unit
                });
                let els = this.arm(|this| match tried.failed {
                    Some(place) => {
                        let from = place.then(Proj::Variant { path: "Err".into(), member: "0".into() });
                        let ty = this.func.types.fresh();
                        let error = Operand::Owned(this.declare("error", ty, Init::Move(from), span));
                        let failure = this.constructor(&syn::parse_quote!(Err), vec![error], span);
                        this.fill(block, failure, span);
                        this.leave(block, false, span)
                    }
                    None => {
                        let yes = this.lit("true", Ty::Bool, span);
                        this.store(&Place::whole(failed), Init::Scalar(yes), span);
                        this.known.remove(&failed);
                        let innermost = this.frames.len() - 1;
                        this.leave(innermost, false, span)
                    }
                });
                this.push(OpKind::If { cond: tried.good, then: then.start, els: els.start }, span);
                this.absorb(&then);
                this.absorb(&els);
                Operand::Unit
            });
            match found {
                Some(Wrapper::Result) => {
                    let end = end(this);
                    if matches!(end, Operand::Never) {
                        return end;
                    }
                    this.constructor(&syn::parse_quote!(Ok), vec![end], span)
                }
                Some(Wrapper::Option) | None => {
                    this.known.remove(&failed);
                    let failed = this.load(&Place::whole(failed), span);
                    let some = this.push_value(OpKind::Not(failed), Ty::Bool, span);
                    let end = end(this);
                    if matches!(end, Operand::Never) { end } else { Operand::Maybe(some, Rc::new(end)) }
                }
            }
        };
        if wrapper == Some(Wrapper::Option) {
            return lowered(self);
        }
        self.framed(Frame::new(None, FrameKind::Block, None, None), span, lowered)
    }

    /// Which of the two an operand is; of a call's result only rustc may know, and the function's own result tells.
    fn wrapper_or_guess(&mut self, operand: &Operand) -> Wrapper {
        match self.wrapper(operand) {
            Some(of) => of,
            None if matches!(self.sig.output, Ty::Result(..)) => Wrapper::Result,
            None => Wrapper::Option,
        }
    }

    fn tried(&mut self, got: Operand, wrapper: Wrapper, span: Span) -> Option<Tried> {
        match wrapper {
            Wrapper::Option => {
                let (good, held) = self.option_of(got, span)?;
                Some(Tried { good, held, failed: None })
            }
            Wrapper::Result => {
                let place = self.as_place(got, span)?;
                let good = self.is_variant(&place, "Ok", span);
                let held = Operand::Place(self.payload(&place, "Ok"));
                Some(Tried { good, held, failed: Some(place) })
            }
        }
    }
}
