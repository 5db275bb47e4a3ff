//! Functions that are passed to others, in each of the forms that a call takes:
//!
//! ```text
//! simpson(|x| (k * x).sin(), 0.0, 1.0)               the call itself
//! simpson::forward(&|x| { … }, 0.0, 1.0, kinds)      and again in the reverse half
//! reverse(.., (&mut |x, x_bar, seed| { … }, ..), ..)  adds to the shadows of what the closure captured
//! simpson::tangent(&|x| { … }, .., (&|x, x_dot| { … }, ..))
//! ```

use super::at;
use super::body::Printer;
use super::expr::Want;
use super::{Body, Ctx, respan};
use crate::closures;
use crate::ir::{Arg, ArgShadow, Call, Closure, Form, Func, FunctionArg, FunctionKind, ParamSlot, RetShape};
use crate::signature::{Passing, Signature, located};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};

/// The form of a function that is passed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum As {
    /// As the user wrote it.
    Written,
    /// `&dyn Fn(f64) -> f64`
    Value,
    /// The same for the reverse half, which takes `()` for a constant by value.
    Again,
    /// `&mut dyn FnMut(f64, &mut f64, f64)`
    Shadow,
    /// `&dyn Fn(f64, &f64) -> (f64, f64)`
    Tangent,
}

impl Printer<'_> {
    /// Argument `i` of a call, which is a function.
    pub(super) fn passed(&mut self, call: &Call, i: usize, f: &FunctionArg, form: As) -> TokenStream {
        let sp = at(self.span);
        let by = match (form, f.passing) {
            (As::Written, Passing::ByValue) => quote!(),
            (As::Written, Passing::SharedRef) | (As::Value | As::Again | As::Tangent, _) => quote_spanned!(sp=> &),
            (As::Written, Passing::MutRef) | (As::Shadow, _) => quote_spanned!(sp=> &mut),
        };
        match &f.what {
            FunctionKind::Param(p) => match (form, f.passing) {
                (As::Written, Passing::MutRef) => {
                    let name = located(&p.name);
                    quote_spanned!(sp=> &mut { #name })
                }
                (As::Written, _) => {
                    let name = located(&p.name);
                    quote!(#by #name)
                }
                (As::Value | As::Again, _) => located(&p.name).into_token_stream(),
                (As::Shadow, _) => {
                    let bar = &p.bar;
                    quote_spanned!(sp=> &mut *#bar)
                }
                (As::Tangent, _) => p.dot.to_token_stream(),
            },
            FunctionKind::Item { path, ty } => self.named(call, i, f, form, (path, ty)),
            FunctionKind::Closure { body, from } => {
                let closure = self.closure(call, body, call.own().len() + from, form);
                quote!(#by #closure)
            }
        }
    }

    /// What is passed by a lower-case name: a function, or a constant of that name. The callee's type knows which of them it takes.
    ///
    /// ```text
    /// helper::TAKES_0.value(&g)
    /// helper::TAKES_0.shadow(&mut helper::shadow_of_0(helper::TAKES_0.named::<__c_g>()))
    /// ```
    fn named(
        &mut self,
        call: &Call,
        i: usize,
        f: &FunctionArg,
        form: As,
        (path, ty): (&TokenStream, &TokenStream),
    ) -> TokenStream {
        let sp = at(self.span);
        let path = respan(path.clone());
        match (form, f.passing) {
            (As::Written, Passing::ByValue) => return path,
            (As::Written, Passing::MutRef) => return quote_spanned!(sp=> &mut #path),
            (As::Written | As::Value | As::Again, Passing::SharedRef) => return quote_spanned!(sp=> & #path),
            _ => {}
        }
        let callee = self.callee(call);
        let takes = super::names::ident(&format!("TAKES_{i}"), self.span);
        let (by, helper, method) = match form {
            As::Written | As::Value => return quote_spanned!(sp=> #callee::#takes.value(&#path)),
            As::Again => return quote_spanned!(sp=> #callee::#takes.again(&#path)),
            As::Shadow => (quote_spanned!(sp=> &mut), "shadow_of", "shadow"),
            As::Tangent => (quote_spanned!(sp=> &), "dot_of", "tangent"),
        };
        let Ok(ty) = syn::parse2::<syn::Path>(ty.clone()) else { return TokenStream::new() };
        let of = self.callee_at(&ty);
        let helper = super::names::ident(&format!("{helper}_{i}"), self.span);
        let method = super::names::ident(method, self.span);
        quote_spanned!(sp=> #callee::#takes.#method(#by #callee::#helper(#callee::#takes.named::<#of>())))
    }

    fn closure(&mut self, call: &Call, closure: &Closure, first: usize, form: As) -> TokenStream {
        let sp = at(self.span);
        let captured = first..first + closure.captures;
        let shadows: Vec<ArgShadow> = call.shadows.get(captured.clone()).unwrap_or_default().to_vec();
        let sig = closures::signature(closure, &|i| matches!(shadows.get(i), Some(ArgShadow::Place(_))));
        let mut names: Vec<TokenStream> = Vec::new();
        let mut values: Vec<TokenStream> = Vec::new();
        for (p, arg) in sig.params.iter().zip(&call.args[captured]) {
            names.push(located(&p.name).into_token_stream());
            values.push(match arg {
                Arg::Value(v) => self.alone(*v, Want::Open).stream(),
                Arg::Ref(p) => self.shared(p),
                _ => TokenStream::new(),
            });
        }
        for (i, shadow) in shadows.iter().enumerate() {
            let ArgShadow::Place(p) = shadow else { continue };
            let slice = matches!(sig.params[i].ty.shadow(), Some(crate::ir::Ty::Slice(_)));
            match form {
                As::Shadow => {
                    names.push(sig.bar(i).into_token_stream());
                    values.push(if slice { self.slice(p, true) } else { self.exclusive(p) });
                }
                As::Tangent => {
                    names.push(sig.dot(i).into_token_stream());
                    values.push(if slice { self.slice(p, false) } else { self.shared(p) });
                }
                As::Written | As::Value | As::Again => {}
            }
        }
        let bound = if names.is_empty() { quote!() } else { quote_spanned!(sp=> let (#(#names,)*) = (#(#values,)*);) };
        let own = &sig.params[closure.captures..];
        let params = own.iter().map(|p| {
            let (name, ty) = (located(&p.name), &p.syntax);
            match ty {
                syn::Type::Infer(_) => quote!(#name),
                ty => {
                    let ty = respan(ty.to_token_stream());
                    quote!(#name: #ty)
                }
            }
        });
        let params: Vec<_> = params.collect();
        match form {
            As::Written | As::Value | As::Again => {
                let Inner { head, muts, body } = self.inner(&sig, &closures::plain(closure));
                let sweep = body.forward_sweep;
                let result = (!matches!(closure.func.ret, RetShape::Unit)).then_some(body.result);
                quote_spanned!(sp=> |#(#params),*| { #bound #head #muts #sweep #result })
            }
            As::Shadow => {
                let Inner { head, muts, body } = self.inner(&sig, &closures::reversed(closure, &sig));
                let (forward, reverse, seed) = (body.forward_sweep, body.reverse_sweep, sig.fresh("seed"));
                let bars = own.iter().enumerate().map(|(i, p)| {
                    let bar = sig.bar(closure.captures + i);
                    if p.constant() { quote!(_) } else { quote!(#bar) }
                });
                quote_spanned!(sp=> |#(#params,)* #(#bars,)* #seed| { #bound #head #muts #forward #reverse })
            }
            As::Tangent => {
                let Inner { head, muts, body } = self.inner(&sig, &closures::pushed(closure, &sig));
                let (sweep, result, dot) = (body.forward_sweep, body.result, body.result_dot);
                let dots = own.iter().enumerate().map(|(i, p)| {
                    let dot = sig.dot(closure.captures + i);
                    if p.constant() { quote!(_) } else { quote!(#dot) }
                });
                quote_spanned!(sp=> |#(#params,)* #(#dots),*| { #bound #head #muts #sweep (#result, #dot) })
            }
        }
    }

    /// The body of a closure, printed by itself.
    fn inner(&self, sig: &Signature, func: &Func) -> Inner {
        let krate = &self.ctx.krate;
        let n = sig.params.len();
        let ctx = Ctx {
            krate: krate.clone(),
            param_names: sig.params.iter().map(|p| located(&p.name)).collect(),
            shadow_names: (0..n).map(|i| sig.bar(i)).collect(),
            tangent_names: (0..n).map(|i| sig.dot(i)).collect(),
            kinds: vec![quote!(#krate::Active); n],
            taken: &sig.used,
        };
        let mut body = super::body(func, &ctx);
        let muts = sig.params.iter().enumerate().filter_map(|(i, p)| {
            let name = &p.name;
            (body.mut_params[i] && matches!(func.params[i], ParamSlot::Var(_))).then(|| quote!(let mut #name = #name;))
        });
        let muts = muts.collect();
        Inner { head: std::mem::take(&mut body.head), muts, body }
    }

    /// What a call of a parameter takes for an argument that is constant: its function asks for a shadow all the same.
    ///
    /// ```text
    /// f_bar(0.5, &mut 0.0, y_bar);
    /// ```
    pub(super) fn nowhere(&mut self, call: &Call, i: usize, arg: &Arg, tangent: bool) -> TokenStream {
        let (sp, krate) = (at(self.span), self.ctx.krate.clone());
        let Some(p) = call.value.clone() else { return quote!(#krate::Const) };
        if call.form != Form::Value || !p.ty.is_active(i) {
            return quote_spanned!(sp=> #krate::Const);
        }
        let by = if tangent && !p.ty.is_mut(i) { quote_spanned!(sp=> &) } else { quote_spanned!(sp=> &mut) };
        let ty = p.ty.inputs[i].1.peel().clone();
        match arg {
            _ if matches!(ty, crate::ir::Ty::Float(_)) => {
                let zero = super::number::float(&ty, "0.0", &krate, self.span);
                quote_spanned!(sp=> #by { #zero })
            }
            Arg::Ref(place) | Arg::RefMut(place) | Arg::Reborrow(place) => {
                let place = self.shared(place);
                let all = (!matches!(ty, crate::ir::Ty::Array(..))).then(|| quote!([..]));
                quote_spanned!(sp=> #by #krate::zero(#place) #all)
            }
            arg => {
                let value = self.arg(arg);
                quote_spanned!(sp=> #by #krate::zero(&#value))
            }
        }
    }
}

struct Inner {
    head: TokenStream,
    muts: TokenStream,
    body: Body,
}
