//! Assignments: simple, destructuring and compound.

use super::env::{FrameKind, Operand};
use super::location::start;
use super::{Lower, peeled};
use crate::ir::{BinOp, Init, Place, Proj, Ty, Value};
use crate::messages as m;
use proc_macro2::Span;
use syn::Expr;
use syn::spanned::Spanned;

impl Lower<'_> {
    pub(super) fn assign(&mut self, left: &Expr, right: &Expr) -> Operand {
        if let Expr::Infer(_) = left {
            let got = self.expr(right, None);
            return if matches!(got, Operand::Never) { got } else { Operand::Unit };
        }
        let want = self.peek_ty(left);
        let value = self.expr(right, want.as_ref());
        if matches!(value, Operand::Never) {
            return Operand::Never;
        }
        // The right side is complete before anything is written: `(a, b) = (b, a)`. A field of open type is copied as it is
        // where nothing comes in between: it need not be a float.
        let mut value = match value {
            Operand::Place(p)
                if self.func.is_part(&p) && !self.is_scalar_place(&p) && !super::expr::may_write(left) =>
            {
                Operand::Place(p)
            }
            value => self.settled(value, start(right)),
        };
        if matches!(left, Expr::Tuple(_) | Expr::Array(_)) {
            value = self.secured(value, start(right));
        }
        self.assign_to(left, value)
    }

    /// The type of an assignment's left side, if it is a plain place.
    pub(super) fn peek_ty(&mut self, left: &Expr) -> Option<Ty> {
        let id = super::stmt::single_ident(left)?;
        let operand = self.env.get(&id.to_string())?.operand.clone();
        Some(self.ty_of(&operand))
    }

    pub(super) fn assign_to(&mut self, left: &Expr, value: Operand) -> Operand {
        let span = start(left);
        match left {
            Expr::Paren(p) => return self.assign_to(&p.expr, value),
            Expr::Group(g) => return self.assign_to(&g.expr, value),
            Expr::Infer(_) => return Operand::Unit,
            Expr::Tuple(t) => {
                for (i, e) in t.elems.iter().enumerate() {
                    let part = self.field(value.clone(), i as u32, span);
                    self.assign_to(e, part);
                }
                return Operand::Unit;
            }
            Expr::Array(a) => {
                let Some(from) = self.as_place(value, span) else { return Operand::Never };
                for (i, e) in a.elems.iter().enumerate() {
                    let i = self.index_lit(i, span);
                    let v = self.load(&from.then(Proj::Index(i)), span);
                    self.assign_to(e, Operand::Value(v));
                }
                return Operand::Unit;
            }
            _ => {}
        }
        // A name that stands for a reference is rebound; that is possible where it was bound.
        if let Some(id) = super::stmt::single_ident(left) {
            let name = id.to_string();
            let cur = self.cur;
            if let Some(binding) = self.env.get(&name).cloned() {
                match (&binding.operand, &value) {
                    (Operand::Place(_) | Operand::Value(_) | Operand::Owned(_), _) => {}
                    (Operand::Tuple(parts), _) => {
                        for (i, part) in parts.clone().into_iter().enumerate() {
                            let v = self.field(value.clone(), i as u32, span);
                            let ty = self.ty_of(&v);
                            self.store_operand(part, v, &ty, span);
                        }
                        return Operand::Unit;
                    }
                    _ if self.depth == 0
                        && binding.region == cur
                        && self.frames.iter().all(|f| f.kind != FrameKind::Loop) =>
                    {
                        let value = match value {
                            Operand::Iter(iter) => Operand::Iter(Box::new(self.followed(*iter, &name, span))),
                            value => value,
                        };
                        if let Some(b) = self.env.get_mut(&name) {
                            b.operand = value;
                        }
                        return Operand::Unit;
                    }
                    _ => {
                        self.sink.error(id.span(), m::REFERENCE_REASSIGNED, name);
                        return Operand::Never;
                    }
                }
            }
        }
        let target = self.expr(left, None);
        let ty = self.ty_of(&value);
        self.store_operand(target, value, &ty, span)
    }

    pub(super) fn store_operand(&mut self, target: Operand, value: Operand, ty: &Ty, span: Span) -> Operand {
        match target {
            Operand::Place(place) => {
                let into = self.func.place_ty(&place);
                let _ = self.func.types.unify(&into, ty);
                let Some(mut init) = self.as_init(value, span) else { return Operand::Never };
                // A part of a variable made of other parts of it goes through a temporary, in both sweeps: rustc has to see
                // that what is written is not what is read. Of two fields it does.
                let own = |p: &Place| p.base == place.base;
                let beside = matches!(&init, Init::Copy { from, .. } if other_field(from, &place));
                if !beside && crate::analysis::activity::init_any(&init, &|_| false, &own) {
                    let temp = self.declare("moved", peeled(ty), init, span);
                    init = Init::Move(Place::whole(temp));
                }
                self.store(&place, init, span);
                Operand::Unit
            }
            Operand::Owned(var) => self.store_operand(Operand::Place(Place::whole(var)), value, ty, span),
            Operand::Tuple(parts) => {
                for (i, part) in parts.into_iter().enumerate() {
                    let v = self.field(value.clone(), i as u32, span);
                    let ty = self.ty_of(&v);
                    self.store_operand(part, v, &ty, span);
                }
                Operand::Unit
            }
            Operand::Choice(which, of) => {
                self.choose(which, &of, span, |this, o| {
                    Some(this.store_operand(o.dereferenced(), value.clone(), ty, span))
                });
                Operand::Unit
            }
            Operand::Never => Operand::Never,
            // A part of a tuple behind `&mut`.
            Operand::Ref(p, true) if !matches!(value, Operand::Ref(..) | Operand::Choice(..)) => {
                self.store_operand(Operand::Place(p), value, ty, span)
            }
            Operand::Ref(..) => {
                self.sink.error(span, m::REFERENCE_REASSIGNED, "");
                Operand::Never
            }
            _ => {
                self.sink.error(span, m::ASSIGN_TARGET, "");
                Operand::Never
            }
        }
    }

    pub(super) fn compound_assign(&mut self, op: BinOp, left: &Expr, right: &Expr, span: Span) -> Operand {
        if let Some(done) = self.struct_assignment(op, left, right, span) {
            return done;
        }
        let want = self.peek_ty(left).map(|t| peeled(&t));
        let shift = matches!(op, BinOp::Shl | BinOp::Shr);
        // For scalars Rust computes the right side first.
        let Some(r) = self.scalar(right, if shift { None } else { want.as_ref() }) else { return Operand::Never };
        let target = self.expr(left, None);
        match target {
            Operand::Place(p) | Operand::Ref(p, _) => {
                self.update(op, &p, r, span);
                Operand::Unit
            }
            Operand::Owned(var) => {
                self.update(op, &Place::whole(var), r, span);
                Operand::Unit
            }
            Operand::Choice(which, of) => {
                self.choose(which, &of, span, |this, o| {
                    if let Operand::Place(p) | Operand::Ref(p, _) = o {
                        this.update(op, &p, r, span);
                    }
                    Some(Operand::Unit)
                });
                Operand::Unit
            }
            Operand::Never => Operand::Never,
            _ => {
                self.sink.error(left.span(), m::ASSIGN_TARGET, "");
                Operand::Never
            }
        }
    }

    /// `place op= v`
    pub(super) fn update(&mut self, op: BinOp, place: &Place, r: Value, span: Span) {
        let old = self.load(place, span);
        let new = self.binary(op, old, r, span);
        self.store(place, Init::Scalar(new), span);
    }
}

/// Whether two places are different fields of one struct or tuple, which no index leads to.
fn other_field(a: &Place, b: &Place) -> bool {
    let field = |step: &Proj| matches!(step, Proj::Named(_) | Proj::Field(_));
    let differ = a.path.iter().zip(&b.path).position(|(a, b)| a != b);
    differ.is_some_and(|k| a.path[..=k].iter().chain(&b.path[..=k]).all(field))
}
