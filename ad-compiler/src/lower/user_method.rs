//! Calls of the user's methods, and receivers that arguments change.

use super::env::Operand;
use super::listed::in_box;
use super::location::start;
use super::{Lower, peeled};
use crate::ir::{Access, Arg, Call, CopyHow, Form, Init, OpKind, Place, Proj, Region, Ty, for_each_place};
use crate::messages as m;
use crate::signature::{Passing, passing};
use proc_macro2::Span;
use quote::ToTokens;
use syn::Expr;

impl Lower<'_> {
    /// `receiver.name(args)` of a type that only rustc knows.
    pub(super) fn user_method(&mut self, receiver: Operand, c: &syn::ExprMethodCall, want: Option<&Ty>) -> Operand {
        let span = c.method.span();
        let of = self.head_of(&receiver);
        let listed = self.listed_method(&of, &c.method.to_string());
        let mode = match (&of, &listed) {
            (Ty::Other(of), _) if let Some(sig) = self.associated(of, &c.method.to_string()) => {
                sig.inputs.first().map(passing)
            }
            (_, Some(listed)) => listed.params.first().map(|(mode, _)| *mode),
            _ => None,
        };
        let receiver = match receiver {
            Operand::Place(p) | Operand::Ref(p, _)
                if mode == Some(Passing::ByValue) && c.args.iter().any(super::expr::may_write) =>
            {
                self.secured(Operand::Place(p), span)
            }
            other => other,
        };
        let mut args = vec![receiver];
        let (region, before) = (self.cur, self.func.regions[self.cur.index()].len());
        for (i, a) in c.args.iter().enumerate() {
            let wanted = listed.as_ref().and_then(|l| self.wanted(l, i + 1));
            let op = self.expr(a, wanted.as_ref());
            let mut op = self.settled(op, start(a));
            if matches!(op, Operand::Never) {
                return Operand::Never;
            }
            if let (Expr::Reference(r), Operand::Value(v)) = (a, &op) {
                let ty = self.func.values[v.index()].ty.clone();
                let var = self.declare("temp", peeled(&ty), Init::Scalar(*v), start(a));
                op = Operand::Ref(Place::whole(var), r.mutability.is_some());
            }
            if c.args.iter().skip(i + 1).any(super::expr::may_write) {
                op = self.secured(op, start(a));
            }
            args.push(op);
        }
        if mode.is_none() && c.args.iter().any(super::expr::may_write) {
            self.receiver_before(&mut args[0], (region, before), span);
        }
        if let Some(k) = args.iter().position(|a| matches!(a, Operand::Choice(..)))
            && let Operand::Choice(which, of) = &args[k]
        {
            let done = self.choose(*which, &of.clone(), span, |this, o| {
                let mut args = args.clone();
                args[k] = o;
                Some(this.method_with(args, c, want))
            });
            return done.unwrap_or(Operand::Never);
        }
        self.method_with(args, c, want)
    }

    /// A receiver that an argument assigns to, `v.scaled({ v.x *= 2.0; v.x })`, was copied before: it is one by value, since a
    /// borrowed one cannot be assigned to. Calls in arguments, `v.kick(v.norm())`, may not change it: whether `kick`
    /// gets what was there before is not known. Nor is it where the two may be one element or not, `v[i].scaled({ v[j].x = …; … })`.
    pub(super) fn receiver_before(&mut self, receiver: &mut Operand, (region, before): (Region, usize), span: Span) {
        let (Operand::Place(place) | Operand::Ref(place, _)) = &*receiver else { return };
        let place = place.clone();
        if !self.assigned_since(&place, meet, region, before) {
            if self.assigned_since(&place, may_meet, region, before) {
                self.sink.error(span, m::RECEIVER_CHANGED, "");
            }
            self.lend_since(&place, region, before);
            return;
        }
        let ty = peeled(&self.func.place_ty(&place));
        let goes_on = std::mem::replace(&mut self.cur, region);
        let copy = self.declare("receiver", ty, Init::Copy { from: place, how: CopyHow::Bits }, span);
        self.cur = goes_on;
        let ops = &mut self.func.regions[region.index()];
        ops[before..].rotate_right(1);
        *receiver = Operand::Owned(copy);
    }

    /// Calls that may change a place, as far as the macro knows, get it by `&`: rustc objects where they do.
    pub(super) fn lend_since(&mut self, place: &Place, region: Region, from: usize) {
        for i in from..self.func.regions[region.index()].len() {
            let kind = &mut self.func.regions[region.index()][i].kind;
            if let OpKind::Call(call) = kind {
                for (i, arg) in call.args.iter_mut().enumerate() {
                    if let Arg::Reborrow(p) = arg
                        && may_meet(p, place)
                    {
                        *arg = Arg::Ref(p.clone());
                        call.lent |= i == 0 && call.form == Form::Method;
                    }
                }
            }
            for nested in kind.regions() {
                self.lend_since(place, nested, 0);
            }
        }
    }

    /// Whether a place is surely written to from there on; what a call does with a receiver or a reborrow is not known.
    pub(super) fn assigned_since(
        &self,
        place: &Place,
        meet: fn(&Place, &Place) -> bool,
        region: Region,
        from: usize,
    ) -> bool {
        self.func.regions[region.index()][from..].iter().any(|op| {
            let mut found = false;
            if let OpKind::Call(call) = &op.kind {
                found = call.args.iter().any(|a| matches!(a, Arg::RefMut(p) if meet(p, place)));
            } else {
                for_each_place(&op.kind, &mut |p, access| {
                    found |= meet(p, place) && matches!(access, Access::Write | Access::ReadWrite);
                });
            }
            found || op.kind.regions().into_iter().any(|r| self.assigned_since(place, meet, r, 0))
        })
    }

    pub(super) fn method_with(&mut self, args: Vec<Operand>, c: &syn::ExprMethodCall, want: Option<&Ty>) -> Operand {
        let span = c.method.span();
        let name = c.method.to_string();
        let Some(receiver) = args.first() else { return Operand::Never };
        let head = self.head_of(receiver);
        let of = match &head {
            Ty::Other(of) => self.associated(of, &name),
            _ => None,
        };
        let listed = self.listed_method(&head, &name);
        let own = self
            .sig
            .method
            .as_ref()
            .is_some_and(|m| matches!(&head, Ty::Other(of) if is_named(in_box(of), &m.self_ty)));
        let itself = self.sig.ident == name && (of.is_some() || own && listed.is_some());
        // Of a part whose type only rustc knows it may be the block's: the block says so.
        let open = self.sig.recursive
            && !matches!(head, Ty::Other(_))
            && self.sig.method.as_ref().is_some_and(|m| m.outputs.iter().any(|(n, _)| *n == name));
        let recursive = itself || open || self.in_circle(listed.as_deref());
        let mut lowered = Vec::new();
        for (i, a) in args.into_iter().enumerate() {
            let mode = match (&of, &listed) {
                (Some(sig), _) => sig.inputs.iter().nth(i).map(passing),
                (None, Some(listed)) => listed.params.get(i).map(|(mode, _)| *mode),
                (None, None) => None,
            };
            if let Some(ty) = listed.as_ref().and_then(|l| self.param_ty(l, i)) {
                let got = self.ty_of(&a);
                let _ = self.func.types.unify(&got, &ty);
            }
            let explicit =
                i.checked_sub(1).is_some_and(|i| matches!(&c.args[i], Expr::Reference(r) if r.mutability.is_some()));
            if i == 0 {
                // The receiver is borrowed as the method asks, which only rustc may know.
                let Some(arg) = self.receiver(a, mode, span) else { return Operand::Never };
                lowered.push(arg);
                continue;
            }
            let Some(a) = self.argument(a, span) else { return Operand::Never };
            lowered.push(match (a, mode) {
                (Arg::Reborrow(p), Some(Passing::SharedRef)) => Arg::Ref(p),
                (Arg::Reborrow(p), Some(_)) => Arg::RefMut(p),
                (Arg::Reborrow(p), None) if explicit => Arg::RefMut(p),
                (a, _) => a,
            });
        }
        let output = match (of, &listed) {
            (Some(sig), _) => Some(self.output_of(&sig)),
            (None, Some(listed)) => self.listed_output(listed),
            (None, None) => None,
        };
        let path = syn::Path::from(c.method.clone());
        let turbofish = c.turbofish.clone();
        let plain = listed.and_then(|l| l.plain.clone());
        let call = Call { turbofish, recursive, plain, ..Call::new(Form::Method, path, lowered, None) };
        self.call_with(call, output, want, span)
    }

    pub(super) fn receiver(&mut self, a: Operand, mode: Option<Passing>, span: Span) -> Option<Arg> {
        if mode == Some(Passing::ByValue) {
            return self.argument(
                match a {
                    Operand::Ref(p, _) => Operand::Place(p),
                    other => other,
                },
                span,
            );
        }
        let (place, mutable) = match a {
            Operand::Ref(p, mutable) => (p, mutable),
            other => {
                let place = self.as_place(other, span)?;
                let mutable = !self.is_immutable(&place);
                (place, mutable)
            }
        };
        Some(match mode {
            Some(Passing::SharedRef) => Arg::Ref(place),
            Some(_) => Arg::RefMut(place),
            None if mutable => Arg::Reborrow(place),
            None => Arg::Ref(place),
        })
    }

    /// The signature of a function of the block that is compiled, by the type in front of it.
    pub(super) fn associated(&mut self, of: &str, name: &str) -> Option<syn::Signature> {
        let method = self.sig.method.as_ref()?;
        let of = in_box(of);
        let own = method.self_ty.to_token_stream().to_string();
        let last = own.split(['<', ' ']).next().unwrap_or_default().to_string();
        if of != "Self" && of != own && of != last {
            return None;
        }
        method.outputs.iter().find(|(n, _)| n == name).map(|(_, sig)| sig.clone())
    }
}

/// Whether one of two places is surely part of the other. Fields beside each other are not; of elements it is not known.
fn meet(a: &Place, b: &Place) -> bool {
    a.base == b.base && a.path.iter().zip(&b.path).all(|(a, b)| a == b)
}

/// Whether one of two places may be part of the other: fields beside each other never are, nor are the halves of a split.
fn may_meet(a: &Place, b: &Place) -> bool {
    let before = |a: &Proj, b: &Proj| match (a, b) {
        (Proj::Range { hi: Some(hi), inclusive: false, .. }, Proj::Range { lo: Some(lo), .. }) => hi == lo,
        _ => false,
    };
    let elements = |a: &Proj, b: &Proj| {
        matches!((a, b), (Proj::Index(_) | Proj::Range { .. }, Proj::Index(_) | Proj::Range { .. }))
            && !before(a, b)
            && !before(b, a)
    };
    a.base == b.base && a.path.iter().zip(&b.path).all(|(a, b)| a == b || elements(a, b))
}

/// Whether a type that is known by its name is the type of the block.
pub(super) fn is_named(of: &str, block: &syn::Type) -> bool {
    of.split('<').next().unwrap_or(of).trim() == crate::ir::name_of(block)
}
