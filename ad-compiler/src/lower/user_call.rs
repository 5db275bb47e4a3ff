//! Calls of the user's functions by path: arguments, what is known of the callee, and the call itself.

use super::env::Operand;
use super::user_method::is_named;
use super::{Lower, peeled};
use crate::ir::{Arg, Call, CopyHow, Form, Init, OpKind, Place, Ty, Var, VarKind};
use crate::messages as m;
use crate::signature::{Passing, passing};
use crate::table::Callee;
use proc_macro2::Span;
use quote::{ToTokens, quote};
use syn::ExprPath;

impl Lower<'_> {
    /// A call of another function.
    pub(super) fn user_call(&mut self, p: &ExprPath, args: Vec<Operand>, want: Option<&Ty>, span: Span) -> Operand {
        // Of references chosen at run time, the call is made with whichever it is.
        if let Some(k) = args.iter().position(|a| matches!(a, Operand::Choice(..)))
            && let Operand::Choice(which, of) = &args[k]
        {
            let done = self.choose(*which, &of.clone(), span, |this, o| {
                let mut args = args.clone();
                args[k] = o;
                Some(this.user_call(p, args, want, span))
            });
            return done.unwrap_or(Operand::Never);
        }
        let mut path = p.path.clone();
        let turbofish =
            match path.segments.last_mut().map(|s| std::mem::replace(&mut s.arguments, syn::PathArguments::None)) {
                Some(syn::PathArguments::AngleBracketed(t)) => Some(t),
                _ => None,
            };
        let n = path.segments.len();
        let last = path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
        // A type in front of the name: an associated function, whose derivatives stand beside it.
        let of = n.checked_sub(2).map(|i| path.segments[i].ident.to_string());
        let associated = of.as_ref().is_some_and(|s| s.starts_with(char::is_uppercase));
        let own = |name: &str| {
            self.func.types.is_declared(name) || self.sig.method.as_ref().is_some_and(|m| m.name() == name)
        };
        if associated && of.as_deref().is_some_and(|of| is_owner(of) && !own(of)) {
            let name = crate::diag::text(p.path.to_token_stream());
            self.sink.error(span, m::STD_FUNCTION, name);
            return Operand::Never;
        }
        let form = if associated { Form::Associated } else { Form::Function };
        let listed = self.listed(&path);
        let known = if associated { self.associated(of.as_deref().unwrap_or_default(), &last) } else { None };
        let itself = self.sig.ident == last
            && match &self.sig.method {
                Some(method) => {
                    let front = of.as_deref().unwrap_or_default();
                    known.is_some() || listed.is_some() && (front == "Self" || is_named(front, &method.self_ty))
                }
                None => n == 1 || n == 2 && path.segments[0].ident == "self",
            };
        let recursive = itself || self.in_circle(listed.as_deref());
        if form == Form::Function && n > 1 && last == "jvp" && args.len() == 2 {
            return self.pushforward(path, turbofish, args, want, span);
        }
        let nested = form == Form::Function && n > 1 && matches!(last.as_str(), "grad" | "value_and_grad");
        let prefix = if nested { format!("{last}_") } else { String::new() };
        let explicit = self.explicit.clone();
        let passings = self.passings.clone();
        let mut lowered = Vec::new();
        for (i, a) in args.into_iter().enumerate() {
            // Of the function itself the types of parameters are known: what is a scalar is passed as one.
            let own = self.sig.params.get(i).filter(|_| itself);
            let ty = match (&listed, own) {
                (_, Some(p)) => Some(p.ty.clone()),
                (Some(listed), None) => self.param_ty(listed, i),
                (None, None) => None,
            };
            if let Some(ty) = ty {
                let got = self.ty_of(&a);
                let _ = self.func.types.unify(&got, &ty);
            }
            let is_function = match &a {
                Operand::Closure(_) | Operand::Function(_) => true,
                Operand::Path(p) => super::passed::is_function(p),
                _ => false,
            };
            if is_function && form == Form::Function && prefix.is_empty() {
                let passing = passings.get(i).copied().unwrap_or(Passing::ByValue);
                let Some(a) = self.function_argument(&a, passing, span) else {
                    self.captured.clear();
                    return Operand::Never;
                };
                lowered.push(a);
                continue;
            }
            let Some(a) = self.argument(a, span) else { return Operand::Never };
            let mode = match (&known, &listed, own) {
                (Some(sig), _, _) => sig.inputs.iter().nth(i).map(passing),
                (None, _, Some(p)) => Some(p.mode),
                (None, Some(listed), None) => listed.params.get(i).map(|(mode, _)| *mode),
                (None, None, None) => None,
            };
            lowered.push(match (a, mode) {
                // Of the function itself the parameter is known; `&mut x` says it.
                (Arg::Reborrow(p), Some(Passing::SharedRef)) => Arg::Ref(p),
                (Arg::Reborrow(p), Some(_)) => Arg::RefMut(p),
                (Arg::Reborrow(p), None) if explicit.get(i) == Some(&true) => Arg::RefMut(p),
                // The slice that another call returned.
                (
                    Arg::Owned(Init::Move(p) | Init::Copy { from: p, how: CopyHow::Bits }, _),
                    Some(Passing::SharedRef),
                ) if recursive => Arg::Ref(p),
                (a, _) => a,
            });
        }
        if lowered.iter().filter(|a| matches!(a, Arg::Function(f) if f.carries())).count() > 1 {
            self.captured.clear();
            self.sink.error(span, m::FUNCTION_TWICE, "");
            return Operand::Never;
        }
        let output = match known {
            _ if nested => None,
            Some(sig) => Some(self.output_of(&sig)),
            _ if itself => Some(peeled(&self.sig.output)),
            None => match &listed {
                Some(listed) => self.listed_output(listed),
                None => path.get_ident().and_then(|i| self.outputs.get(&i.to_string())).cloned(),
            },
        };
        let plain = listed.and_then(|l| l.plain.clone());
        let call = Call { prefix, turbofish, recursive, plain, ..Call::new(form, path, lowered, None) };
        self.call_with(call, output, want, span)
    }

    /// The type that an argument of a function of the module is wanted to have, where it helps to say so beforehand.
    pub(super) fn wanted(&mut self, listed: &Callee, i: usize) -> Option<Ty> {
        self.param_ty(listed, i).filter(|ty| !matches!(ty, Ty::Var(_) | Ty::Other(_)))
    }

    pub(super) fn param_ty(&mut self, listed: &Callee, i: usize) -> Option<Ty> {
        let ty = listed.params.get(i)?.1.as_ref()?;
        Some(match ty {
            // Whatever it refers to: references to numbers and arrays are looked through.
            Ty::Ref(e, mutable) => Ty::Ref(Box::new(self.func.types.instance(e)), *mutable),
            ty => self.func.types.instance(ty),
        })
    }

    pub(super) fn listed_output(&mut self, listed: &Callee) -> Option<Ty> {
        let ty = self.func.types.instance(listed.output.as_ref()?);
        (!matches!(ty, Ty::Var(_))).then_some(ty)
    }

    /// Whether the function calls this one in turn.
    pub(super) fn in_circle(&self, listed: Option<&Callee>) -> bool {
        let own = self.sig.within.as_ref().and_then(|w| w.circle);
        own.is_some() && listed.and_then(|l| l.circle) == own
    }

    /// `f::jvp((a, b), (a_dot, b_dot))`: the tangent of `f` as a function, of all arguments and all tangents. That of a constant
    /// argument is not among the latter, so `f` cannot have any.
    pub(super) fn pushforward(
        &mut self,
        mut path: syn::Path,
        turbofish: Option<syn::AngleBracketedGenericArguments>,
        args: Vec<Operand>,
        want: Option<&Ty>,
        span: Span,
    ) -> Operand {
        path.segments.pop();
        path.segments.pop_punct();
        let mut lowered = Vec::new();
        for (of, operand) in args.into_iter().enumerate() {
            let parts = if let Operand::Tuple(parts) = operand { parts } else { vec![operand] };
            for part in parts {
                let ty = self.ty_of(&part);
                let ty = self.func.types.resolve(&ty).peel().clone();
                if crate::emit::jacobian::only_named(&ty) {
                    self.sink.error(span, m::TANGENT_OF_STRUCT, ty.to_token_stream().to_string());
                    return Operand::Never;
                }
                // What is not known may be one.
                if of == 1 && self.func.types.is_open(&ty) {
                    self.sink.error(span, m::UNKNOWN_TYPE, "this value");
                    return Operand::Never;
                }
                let Some(arg) = self.argument(part, span) else { return Operand::Never };
                lowered.push(match arg {
                    // Tangents go by value.
                    Arg::Ref(p) if of == 1 => {
                        let ty = self.func.place_ty(&p);
                        let ty = self.func.types.resolve(&ty).peel().clone();
                        if ty.is_scalar() {
                            Arg::Value(self.load(&p, span))
                        } else {
                            let how = if let Ty::Slice(_) = ty { CopyHow::ToVec } else { CopyHow::Clone };
                            Arg::Owned(Init::Copy { from: p, how }, ty.gradient().unwrap_or(ty))
                        }
                    }
                    arg => arg,
                });
            }
        }
        let prefix = "tangent_".to_string();
        let call = Call { prefix, turbofish, ..Call::new(Form::Function, path, lowered, None) };
        self.call_with(call, None, want, span)
    }

    pub(super) fn output_of(&mut self, sig: &syn::Signature) -> Ty {
        match &sig.output {
            syn::ReturnType::Default => Ty::Unit,
            syn::ReturnType::Type(_, ty) => peeled(&Ty::parse(ty, &mut self.func.types)),
        }
    }

    /// The call itself, and the variable of its result.
    pub(super) fn call_with(&mut self, mut call: Call, output: Option<Ty>, want: Option<&Ty>, span: Span) -> Operand {
        let mut lowered = std::mem::take(&mut call.args);
        let captured = std::mem::take(&mut self.captured);
        call.captured = captured.len();
        lowered.extend(captured);
        let back = self.separate(&mut lowered, span);
        for a in &lowered {
            self.touch_argument(a);
        }
        let part = |this: &mut Self, a: &Arg| match a {
            Arg::Ref(p) | Arg::RefMut(p) | Arg::Reborrow(p) => this.func.is_inert_part(p),
            Arg::Value(_) | Arg::Owned(..) | Arg::Tuple(_) | Arg::Tokens(_) | Arg::Function(_) => false,
        };
        let inert: Vec<bool> = lowered.iter().map(|a| part(self, a)).collect();
        if inert.contains(&true) {
            call.inert = inert;
        }
        let unit = matches!(want, Some(Ty::Unit)) || matches!(output, Some(Ty::Unit));
        let result = if unit {
            None
        } else {
            let ty = match want {
                // Of the function itself, and of functions beside or in it, the type is known.
                _ if let Some(known) = output => known,
                Some(t) if !matches!(self.func.types.head(t), Ty::Ref(..)) => peeled(t),
                _ => self.func.types.fresh(),
            };
            let cur = self.cur;
            let var = self.func.var("result", ty, span, VarKind::Local, cur);
            self.results.insert(var);
            Some(var)
        };
        self.push(OpKind::Call(Call { args: lowered, result, ..call }), span);
        for (place, temp) in std::mem::take(&mut self.scalars_back) {
            let v = self.load(&Place::whole(temp), span);
            self.store(&place, Init::Scalar(v), span);
        }
        for (place, temp) in back {
            self.touched(place.base);
            self.push(OpKind::CopyFrom(place, Place::whole(temp)), span);
        }
        match result {
            None => Operand::Unit,
            Some(var) => Operand::Owned(var),
        }
    }

    /// Disjoint views of one variable in one call (`split_at_mut`) cannot be borrowed from it side by side: all but the
    /// first go through copies, which are copied back where the callee may write to them.
    pub(super) fn separate(&mut self, args: &mut [Arg], span: Span) -> Vec<(Place, Var)> {
        let mut back = Vec::new();
        // So does a copy of what another argument borrows: `h(left, right.to_vec())`.
        for i in 0..args.len() {
            let Arg::Owned(init, ty) = args[i].clone() else { continue };
            let Init::Copy { from, .. } = &init else { continue };
            if args.iter().any(|a| matches!(a, Arg::RefMut(p) | Arg::Reborrow(p) if p.base == from.base)) {
                let temp = self.declare("copy", peeled(&ty), init, span);
                args[i] = Arg::Owned(Init::Move(Place::whole(temp)), ty);
            }
        }
        for i in 0..args.len() {
            let (place, mutable) = match &args[i] {
                Arg::Ref(p) => (p.clone(), false),
                Arg::RefMut(p) | Arg::Reborrow(p) => (p.clone(), true),
                _ => continue,
            };
            let clash = args.iter().enumerate().any(|(k, other)| match other {
                Arg::RefMut(p) | Arg::Reborrow(p) => p.base == place.base && (k < i || !mutable && k != i),
                Arg::Ref(p) => p.base == place.base && mutable && k < i,
                _ => false,
            });
            if !clash {
                continue;
            }
            let ty = peeled(&self.func.place_ty(&place));
            let (how, ty) = match self.func.types.resolve(&ty) {
                Ty::Slice(e) => (CopyHow::ToVec, Ty::Vec(e)),
                ty => (CopyHow::Clone, ty),
            };
            let init = if self.is_scalar_place(&place) {
                Init::Scalar(self.load(&place, span))
            } else {
                Init::Copy { from: place.clone(), how }
            };
            let temp = self.declare("view", ty.clone(), init, span);
            let temp_place = Place::whole(temp);
            args[i] = match &args[i] {
                Arg::RefMut(_) => Arg::RefMut(temp_place),
                Arg::Reborrow(_) => Arg::Reborrow(temp_place),
                _ => Arg::Ref(temp_place),
            };
            if mutable {
                if ty.is_scalar() {
                    self.scalars_back.push((place, temp));
                } else {
                    back.push((place, temp));
                }
            }
        }
        back
    }

    pub(super) fn argument(&mut self, a: Operand, span: Span) -> Option<Arg> {
        Some(match a {
            Operand::Value(v) => Arg::Value(v),
            Operand::Ref(p, true) => Arg::Reborrow(p),
            Operand::Ref(p, false) => Arg::Ref(p),
            Operand::Tuple(parts) => {
                Arg::Tuple(parts.into_iter().map(|p| self.argument(p, span)).collect::<Option<_>>()?)
            }
            Operand::Unit => Arg::Tokens(quote!(())),
            Operand::Path(p) => Arg::Tokens(p.to_token_stream()),
            Operand::Closure(_) | Operand::Function(_) => {
                self.sink.error(span, m::CLOSURE_ARGUMENT, "");
                return None;
            }
            Operand::Choice(..) => {
                self.sink.error(span, m::REFERENCE_CHOSEN, "");
                return None;
            }
            Operand::Range(_) | Operand::Iter(_) => {
                self.sink.error(span, m::ITERATOR_ARGUMENT, "");
                return None;
            }
            other => {
                let ty = self.ty_of(&other);
                match self.as_init(other, span)? {
                    Init::Scalar(v) => Arg::Value(v),
                    // A table of constants goes as it is.
                    Init::Copy { from, how: CopyHow::Bits | CopyHow::Clone }
                        if from.path.is_empty() && self.is_extern(from.base) =>
                    {
                        Arg::Tokens(self.extern_tokens(from.base))
                    }
                    init @ (Init::Move(_) | Init::Copy { .. }) => Arg::Owned(init, ty),
                    // A fresh aggregate gets a name, so that its shape can be asked for.
                    init => Arg::Owned(Init::Move(Place::whole(self.declare("temp", ty.clone(), init, span))), ty),
                }
            }
        })
    }

    pub(super) fn touch_argument(&mut self, a: &Arg) {
        match a {
            Arg::RefMut(p) | Arg::Reborrow(p) => self.touched(p.base),
            Arg::Tuple(parts) => parts.iter().for_each(|p| self.touch_argument(p)),
            Arg::Value(_) | Arg::Ref(_) | Arg::Owned(..) | Arg::Tokens(_) | Arg::Function(_) => {}
        }
    }
}

/// Types of std that hold a value where it cannot be followed, or where it may change unseen.
fn is_owner(name: &str) -> bool {
    matches!(name, "Box" | "Rc" | "Arc" | "Cell" | "RefCell" | "Mutex" | "RwLock" | "OnceCell")
}
