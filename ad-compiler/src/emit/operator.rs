//! The rule of an operator: the runtime's trait, around the bodies that the compiler made.
//!
//! ```text
//! impl ::ad_runtime::operators::Mul<f64> for Vec3 where Vec3: Record {
//!     type Left = Vec3;
//!     type Right = f64;
//!     fn operator_adjoint(self, k: f64, self_bar: impl Shadow<Vec3>, k_bar: impl Shadow<f64>, seed: &Vec3) -> Vec3 { … }
//!     fn operator_tangent(self, k: f64, (self_dot, k_dot): (impl TangentOf<Vec3>, impl TangentOf<f64>)) -> (Vec3, Vec3) { … }
//! }
//! ```

use super::api::{Api, Parts};
use super::bounds;
use crate::ir::operator::Operator;
use crate::ir::ty::Ty;
use crate::signature::{Method, Passing, Signature};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

/// The implementation of the rule's trait; with `order = 2` also of that of the tangent's.
pub fn rule(sig: &Signature, parts: &Parts, method: &Method, op: Operator, rhs: &syn::Type) -> TokenStream {
    let api = Api::new(sig);
    let (adjoint, tangent) = (api.adjoint(parts), api.tangent(parts));
    let places = ["Left", "Right"].into_iter().enumerate().take(sig.params.len());
    let places = places.map(|(i, name)| {
        let (name, ty) = (Ident::new(name, Span::call_site()), sig.shadow_ty(i));
        quote!(type #name = #ty;)
    });
    let again = parts.levels.first().map(|level| {
        let dots = ["LeftDot", "RightDot"].into_iter().zip(&sig.params).enumerate();
        // The tangent of a `&mut` operand is a place, as the operand is.
        let dots = dots.filter(|(_, (_, p))| p.mode != Passing::MutRef).map(|(i, (name, _))| {
            let (name, ty) = (Ident::new(name, Span::call_site()), sig.gradient_ty(i));
            quote!(type #name = #ty;)
        });
        let items = quote!(#(#dots)* #level);
        implementation(sig, method, &format!("{}2", op.trait_name()), rhs, &items)
    });
    let first = implementation(sig, method, op.trait_name(), rhs, &quote!(#(#places)* #adjoint #tangent));
    quote!(#first #again)
}

fn implementation(sig: &Signature, method: &Method, name: &str, rhs: &syn::Type, items: &TokenStream) -> TokenStream {
    let Method { generics, self_ty, .. } = method;
    let (krate, cfgs, allows) = (&sig.krate, &sig.cfgs, &sig.allows);
    let wheres = bounds::clause(&bounds::bounds(sig), &method.wheres);
    let name = Ident::new(name, Span::call_site());
    let rhs = (sig.params.len() > 1).then(|| quote!(<#rhs>));
    quote! {
        #(#cfgs)*
        #(#allows)*
        impl #generics #krate::operators::#name #rhs for #self_ty #wheres {
            #items
        }
    }
}

/// The seed's type, and the seed as the bodies read it.
pub fn seed(sig: &Signature, seed: &Ident) -> (TokenStream, TokenStream) {
    let ty = sig.output_bar_ty();
    let read = match sig.output.peel() {
        Ty::Float(_) => quote!(*#seed),
        Ty::Vec(_) | Ty::Slice(_) => quote!(&#seed[..]),
        _ => quote!(::core::clone::Clone::clone(#seed)),
    };
    (quote!(&#ty), quote!(let #seed = #read;))
}

/// The tangent as a function: its value, its adjoint and its tangent.
pub fn level(sig: &Signature, parts: &Parts, below: &Signature, op: Operator) -> TokenStream {
    let api = Api::new(sig);
    let Api { krate, decls, generics, wheres, output, .. } = &api;
    let (primal, receiver) = (api.own("primal"), api.receiver());
    let (values, dots) = api.tangent_args(below);
    let (adjoint, tangent) = (api.adjoint(parts), api.tangent(parts));
    let rule = Ident::new(op.trait_name(), Span::call_site());
    quote! {
        #adjoint
        #tangent
        #[inline]
        fn #primal<#(#generics),*>(#(#decls),*) -> #output #wheres {
            #receiver
            #krate::operators::#rule::operator_tangent(#(#values,)* (#(#dots,)*))
        }
    }
}
