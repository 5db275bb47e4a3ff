//! Options that are not built: [`Operand::Maybe`], a condition and what is there where it holds.
//!
//! ```text
//! let a = x.get(i);                 v1 = i < len x;  a is (v1, &x[i])
//! if let Some(v) = a { … v … }      if v1 { v2 = load x[i] … }
//! ```
//!
//! What it holds is looked at only where the condition holds, so a place in it need not exist elsewhere. Branches join it by
//! its parts. It is built (`if v1 { Some(x[i]) } else { None }`) where it is stored, passed on or returned.

use super::Lower;
use super::control::{ChainArm, Condition};
use super::env::Operand;
use crate::ir::{Place, Proj, Ty, Value, VarKind};
use crate::signature::Passing;
use proc_macro2::Span;
use std::rc::Rc;

impl Lower<'_> {
    /// `None`
    pub(super) fn nothing(span: Span) -> Operand {
        let none = syn::Ident::new("None", span);
        Operand::Path(Rc::new(syn::parse_quote!(#none)))
    }

    /// `Some(operand)`, not built.
    pub(super) fn some(&mut self, operand: Operand, span: Span) -> Operand {
        let yes = self.lit("true", Ty::Bool, span);
        Operand::Maybe(yes, Rc::new(operand))
    }

    /// `if some { Some(held()) } else { None }`
    pub(super) fn if_some(&mut self, some: Value, span: Span, held: impl FnOnce(&mut Self) -> Operand) -> Operand {
        let there = move |this: &mut Self| {
            let held = held(this);
            let held = this.settled(held, span);
            if matches!(held, Operand::Never) { held } else { this.some(held, span) }
        };
        let arms = vec![
            ChainArm {
                cond: Some(Box::new(move |_: &mut Self| Some(some)) as Condition<'_, Self>),
                body: Box::new(there),
                last: false,
            },
            ChainArm { cond: None, body: Box::new(move |_: &mut Self| Self::nothing(span)), last: false },
        ];
        match self.chain(arms, span) {
            // The flag that the branches joined is the condition itself.
            Operand::Maybe(_, held) => Operand::Maybe(some, held),
            other => other,
        }
    }

    /// The option as a value of its own.
    pub(super) fn built(&mut self, some: Value, held: &Rc<Operand>, span: Span) -> Operand {
        let held = (**held).clone();
        let there = move |this: &mut Self| {
            let held = this.settled(held, span);
            if matches!(held, Operand::Never) {
                return held;
            }
            let held =
                if let Operand::Place(_) = held { this.copied(held, crate::ir::CopyHow::Clone, span) } else { held };
            this.constructor(&syn::parse_quote!(Some), vec![held], span)
        };
        if self.trues.contains(&some) {
            return there(self);
        }
        let arms = vec![
            ChainArm {
                cond: Some(Box::new(move |_: &mut Self| Some(some)) as Condition<'_, Self>),
                body: Box::new(there),
                last: false,
            },
            ChainArm {
                cond: None,
                body: Box::new(move |this: &mut Self| this.constructor(&syn::parse_quote!(None), Vec::new(), span)),
                last: false,
            },
        ];
        self.chain(arms, span)
    }

    /// Whether an option is there, and what it then holds: nothing for `None`. The condition is computed here.
    pub(super) fn maybe_parts(&mut self, operand: Operand, span: Span) -> Option<(Value, Option<Operand>)> {
        Some(match operand {
            Operand::Maybe(some, held) => (some, Some((*held).clone())),
            Operand::Path(p) if p.path.segments.last().is_some_and(|s| s.ident == "None") => {
                (self.lit("false", Ty::Bool, span), None)
            }
            Operand::Never => return None,
            other => {
                let ty = self.ty_of(&other);
                let of = self.func.types.fresh();
                let _ = self.func.types.unify(&ty, &Ty::Option(Box::new(of)));
                let place = self.as_place(other, span)?;
                let some = self.is_variant(&place, "Some", span);
                (some, Some(Operand::Place(self.payload(&place, "Some"))))
            }
        })
    }

    /// What an option holds, as far as its type goes: nothing for `None`.
    pub(super) fn held_by(&mut self, operand: &Operand, span: Span) -> Option<Operand> {
        match operand {
            Operand::Maybe(_, held) => Some((**held).clone()),
            Operand::Path(_) | Operand::Never => None,
            other => {
                let place = self.as_place(other.clone(), span)?;
                Some(Operand::Place(place.then(Proj::Variant { path: "Some".into(), member: "0".into() })))
            }
        }
    }

    /// Whether looking at an operand reads nothing that may not be there.
    pub(super) fn is_at_hand(operand: &Operand) -> bool {
        match operand {
            Operand::Value(_) | Operand::Ordering(_) | Operand::Unit => true,
            Operand::Tuple(parts) => parts.iter().all(Self::is_at_hand),
            _ => false,
        }
    }

    /// Whether a place is in a `&` parameter or a constant.
    fn is_shared_input(&self, place: &Place) -> bool {
        match self.func.vars[place.base.index()].kind {
            VarKind::Extern(_) => true,
            VarKind::Param(i) => self.sig.params[i].mode == Passing::SharedRef,
            _ => false,
        }
    }

    /// `copied()`, `cloned()` of an option that is not built.
    pub(super) fn copied_maybe(&mut self, some: Value, held: &Rc<Operand>, span: Span) -> Operand {
        let held = (**held).clone();
        match held {
            // Nothing can change it before it is looked at: not even a move into a variable that changes.
            Operand::Ref(p, _) if self.is_shared_input(&p) => Operand::Maybe(some, Rc::new(Operand::Place(p))),
            held if Self::is_at_hand(&held) => Operand::Maybe(some, Rc::new(held)),
            held => self.if_some(some, span, |this| {
                let held = this.settled(held.dereferenced(), span);
                this.copied(held, crate::ir::CopyHow::Clone, span)
            }),
        }
    }
}
