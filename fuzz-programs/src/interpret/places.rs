//! Places: what can be borrowed or assigned, with the automatic dereferencing that Rust's indexing and methods do.

use super::{Eval, Flow, Frame, Interpreter, fail};
use crate::tree::{Expr, Kind, Pat, Ty, VarId};
use crate::value::{Place, Step, Value};

impl<'p> Interpreter<'p> {
    pub(super) fn bind(&mut self, frame: &mut Frame<'p>, var: VarId, value: Value) {
        frame.slots[var] = Some(self.memory.alloc(value));
    }

    pub(super) fn bind_pat(&mut self, frame: &mut Frame<'p>, pat: &Pat, value: Value) -> Eval<()> {
        match (pat, value) {
            (Pat::Wild, _) => {}
            (Pat::Bind { var, .. }, value) => self.bind(frame, *var, value),
            (Pat::Ref(inner), Value::Ref(place)) => {
                let value = self.memory.read(&place)?;
                self.bind_pat(frame, inner, value)?;
            }
            (Pat::Tuple(ps), Value::Tuple(vs)) | (Pat::Array(ps), Value::Seq(vs)) if ps.len() == vs.len() => {
                for (p, v) in ps.iter().zip(vs) {
                    self.bind_pat(frame, p, v)?;
                }
            }
            // Default binding modes: a tuple or array pattern on a reference binds references.
            (Pat::Tuple(ps), Value::Ref(place)) => {
                for (i, p) in ps.iter().enumerate() {
                    self.bind_pat(frame, p, Value::Ref(place.then(Step::Field(i))))?;
                }
            }
            (Pat::Array(ps), Value::Ref(place)) => {
                for (i, p) in ps.iter().enumerate() {
                    self.bind_pat(frame, p, Value::Ref(place.then(Step::Index(i))))?;
                }
            }
            (Pat::Record(_, ps), Value::Tuple(vs)) => {
                for (i, p) in ps {
                    self.bind_pat(frame, p, vs[*i].clone())?;
                }
            }
            (Pat::Record(_, ps), Value::Ref(place)) => {
                for (i, p) in ps {
                    self.bind_pat(frame, p, Value::Ref(place.then(Step::Field(*i))))?;
                }
            }
            (pat, value) => return fail(&format!("{pat:?} does not match {value:?}")),
        }
        Ok(())
    }

    pub(super) fn place(&mut self, frame: &mut Frame<'p>, e: &'p Expr) -> Eval<Place> {
        match &e.kind {
            Kind::Var(var) => {
                let slot = frame.slots[*var].ok_or_else(|| Flow::Fail(format!("unbound variable {var}")))?;
                Ok(Place { slot, path: Vec::new() })
            }
            Kind::Deref(inner) => match self.expr(frame, inner)? {
                Value::Ref(place) => Ok(place),
                other => fail(&format!("dereference of {other:?}")),
            },
            Kind::Index(base, i) => {
                let base = self.peeled(frame, base)?;
                let i = self.index(frame, i)?;
                if i >= self.memory.len(&base)? {
                    return fail("index out of bounds");
                }
                Ok(base.then(Step::Index(i)))
            }
            Kind::Field(base, i) => Ok(self.peeled(frame, base)?.then(Step::Field(*i))),
            Kind::Range(base, lo, hi) => {
                let base = self.peeled(frame, base)?;
                let n = self.memory.len(&base)?;
                let lo = lo.as_ref().map_or(Ok(0), |e| self.index(frame, e))?;
                let hi = hi.as_ref().map_or(Ok(n), |e| self.index(frame, e))?;
                if lo > hi || hi > n {
                    return fail("range out of bounds");
                }
                Ok(base.then(Step::Range(lo, hi)))
            }
            _ => {
                let value = self.expr(frame, e)?;
                Ok(Place { slot: self.memory.alloc(value), path: Vec::new() })
            }
        }
    }

    /// The place of an expression with references followed: the receiver of a method, the base of an index.
    pub(super) fn peeled(&mut self, frame: &mut Frame<'p>, e: &'p Expr) -> Eval<Place> {
        let mut place = self.place(frame, e)?;
        let mut ty = &e.ty;
        while let Ty::Ref(inner, _) = ty {
            match self.memory.read(&place)? {
                Value::Ref(target) => place = target,
                other => return fail(&format!("expected a reference, found {other:?}")),
            }
            ty = inner;
        }
        Ok(place)
    }
}
