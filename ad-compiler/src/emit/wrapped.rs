//! Functions whose result is an `Option` or a `Result`: their derivatives come back in the same wrapper, and errors pass
//! through.
//!
//! ```text
//! pub fn value_and_grad(x: f64) -> Result<(f64, f64), E> {
//!     let mut x_bar: f64 = 0.0;
//!     let (y, reverse) = Self::forward(x, (Active,));
//!     match y {
//!         Ok(value) => { reverse(((),), (&mut x_bar,), Ok(1.0)); Ok((value, x_bar)) }
//!         Err(error) => Err(error),
//!     }
//! }
//! ```
//!
//! The calling convention keeps the wrapper: the cotangent of a `Result<f64, E>` is a `Result<f64, ()>`.

use super::api::{Api, changes_shape, is_slice};
use crate::ir::ty::Ty;
use crate::signature::Param;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

/// The wrapper of a result.
pub struct Wrapper<'a> {
    /// What is inside.
    pub inner: &'a Ty,
    /// The error's type; none for `Option`.
    error: Option<TokenStream>,
}

impl<'a> Wrapper<'a> {
    /// That of a result type, if it has one.
    pub fn of(output: &'a Ty) -> Option<Wrapper<'a>> {
        match output {
            Ty::Option(inner) => Some(Wrapper { inner, error: None }),
            Ty::Result(inner, error) => Some(Wrapper { inner, error: Some(error.parse().unwrap_or_default()) }),
            _ => None,
        }
    }

    /// `Result<T, E>`
    pub fn around(&self, ty: &TokenStream) -> TokenStream {
        match &self.error {
            Some(error) => quote!(::core::result::Result<#ty, #error>),
            None => quote!(::core::option::Option<#ty>),
        }
    }

    /// `Ok(value)`
    pub fn good(&self, value: &TokenStream) -> TokenStream {
        match self.error {
            Some(_) => quote!(::core::result::Result::Ok(#value)),
            None => quote!(::core::option::Option::Some(#value)),
        }
    }

    /// `match of { Ok(name) => then, Err(error) => Err(error) }`
    pub fn then(&self, of: &TokenStream, name: &TokenStream, then: &TokenStream) -> TokenStream {
        let good = self.good(name);
        let bad = match self.error {
            Some(_) => quote!(::core::result::Result::Err(error) => ::core::result::Result::Err(error)),
            None => quote!(::core::option::Option::None => ::core::option::Option::None),
        };
        quote!(match #of { #good => { #then } #bad, })
    }
}

impl Api<'_> {
    /// `grad`, `value_and_grad` and `value_and_grad_into` of a function whose result is a float in a wrapper.
    pub fn wrapped_gradients(&self, wrapper: &Wrapper<'_>) -> TokenStream {
        let Api { sig, vis, args, decls, generics, wheres, .. } = self;
        let gradient = self.gradient_ty();
        let inner = wrapper.inner.to_token_stream();
        let (forward, fish) = (self.own("forward"), self.turbofish(args.len()));
        let (kinds, again) = (self.kinds(), self.again(|p| p.name.to_token_stream()));
        let shadows = self.each(|i, p| {
            let bar = sig.bar(i);
            if p.constant() { self.no_shadow(i) } else { quote!(&mut #bar) }
        });
        let [value, y, reverse] = ["value", "y", "reverse"].map(|n| sig.fresh(n));
        let zeros = |grow: bool, make: &dyn Fn(usize, &Param) -> TokenStream| -> Vec<TokenStream> {
            self.params().filter(|(_, p)| !p.constant() && changes_shape(p) == grow).map(|(i, p)| make(i, p)).collect()
        };
        let declare = |i: usize, p: &Param| {
            let (bar, ty, zero) = (sig.bar(i), sig.gradient_ty(i), self.zero(p));
            quote!(let mut #bar: #ty = #zero;)
        };
        let (early, late) = (zeros(false, &declare), zeros(true, &declare));
        let (before, after) = self.constant_fields(|i, p| {
            let bar = sig.bar(i);
            if is_slice(p) { quote!(&mut #bar[..]) } else { quote!(&mut #bar) }
        });
        let result = Self::bare_or_tuple(&self.each_active(|i, _| sig.bar(i).to_token_stream()));
        let seed = wrapper.good(&self.result_float("1.0"));
        let good = wrapper.good(&quote!((#value, #result)));
        let then = wrapper.then(
            &y.to_token_stream(),
            &value.to_token_stream(),
            &quote!(#(#late)* #reverse(#again, (#(#shadows,)*), #seed); #after #good),
        );
        let (grad, both, into) = (self.own("grad"), self.own("value_and_grad"), self.own("value_and_grad_into"));
        let (grad_ty, both_ty, into_ty) =
            (wrapper.around(&gradient), wrapper.around(&quote!((#inner, #gradient))), wrapper.around(&inner));
        let (receiver, own_fish, values) = (self.receiver(), self.turbofish(0), self.values(true));
        let many = self.allow_many(args.len());
        let outs = self.each_active(|i, _| {
            let (bar, ty) = (sig.bar(i), sig.shadow_ty(i));
            quote!(#bar: &mut #ty)
        });
        let many_into = self.allow_many(args.len() + outs.len());
        let function = format!("{}::value_and_grad_into", sig.ident);
        let clear = |i: usize, p: &Param| self.cleared(i, p, &function);
        let (clear_early, clear_late) = (zeros(false, &clear), zeros(true, &clear));
        let into_shadows = self.each(|i, p| {
            let bar = sig.bar(i);
            if p.constant() { self.no_shadow(i) } else { quote!(&mut *#bar) }
        });
        let (into_before, into_after) = self.constant_fields(|i, _| sig.bar(i).to_token_stream());
        let good_value = wrapper.good(&value.to_token_stream());
        let into_then = wrapper.then(
            &y.to_token_stream(),
            &value.to_token_stream(),
            &quote!(#(#clear_late)* #reverse(#again, (#(#into_shadows,)*), #seed); #into_after #good_value),
        );
        quote! {
            /// The gradient with respect to the active arguments, bare for one, a tuple for several; in the wrapper of the result.
            #[inline]
            #many
            #vis fn #grad<#(#generics),*>(#(#decls),*) -> #grad_ty #wheres {
                #receiver
                Self::#both #own_fish(#(#args),*).map(|(_, gradient)| gradient)
            }
            /// The value, and the gradient as of `grad`, in the wrapper of the result.
            #[inline]
            #many
            #vis fn #both<#(#generics),*>(#(#decls),*) -> #both_ty #wheres {
                #receiver
                #values
                #(#early)*
                #before
                let (#y, #reverse) = Self::#forward #fish(#(#args,)* #kinds);
                #then
            }
            /// The value in its wrapper; the gradient overwrites one buffer per active argument, or zeros where there is no value.
            #[inline]
            #many_into
            #vis fn #into<#(#generics),*>(#(#decls,)* #(#outs),*) -> #into_ty #wheres {
                #receiver
                #values
                #(#clear_early)*
                #into_before
                let (#y, #reverse) = Self::#forward #fish(#(#args,)* #kinds);
                #into_then
            }
        }
    }
}
