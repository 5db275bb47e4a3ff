//! What the derivatives ask of types that are known by name only, said once.
//!
//! ```text
//! impl energy
//! where
//!     Spring: Record,
//! { pub fn grad(…) … }
//! ```
//!
//! Without it rustc would say in each function of the `impl` that `Spring` lacks `#[derive(Differentiable)]`.

use crate::ir::ty::Ty;
use crate::signature::{Role, Signature};
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::Type;
use syn::spanned::Spanned;

/// The predicates, each with a comma behind it.
pub fn bounds(sig: &Signature) -> TokenStream {
    let krate = &sig.krate;
    let mut said: Vec<String> = Vec::new();
    let mut out = TokenStream::new();
    let mut say = |ty: &Type| {
        let text = ty.to_token_stream().to_string();
        if !said.contains(&text) && stands_outside(sig, ty) {
            said.push(text);
            let mut bound = quote!(#krate::Record).into_iter().collect::<Vec<_>>();
            // rustc points at the bound: it stands where the user wrote the type.
            bound.iter_mut().for_each(|t| t.set_span(t.span().located_at(ty.span())));
            let bound = TokenStream::from_iter(bound);
            out.extend(quote!(#ty: #bound,));
        }
    };
    for p in sig.params.iter().filter(|p| p.role == Role::Active) {
        let syntax = if p.receiver { sig.method.as_ref().map(|m| &m.self_ty) } else { Some(&p.syntax) };
        let ty = if p.receiver { p.ty.peel() } else { &p.ty };
        for ty in syntax.map(|s| named(ty, s)).unwrap_or_default() {
            say(ty);
        }
    }
    for ty in named(&sig.output, &sig.output_syntax) {
        say(ty);
    }
    out
}

/// A `where` clause with the predicates, in front of those of the block.
pub fn clause(bounds: &TokenStream, wheres: &TokenStream) -> TokenStream {
    if bounds.is_empty() {
        return wheres.clone();
    }
    let rest = wheres.clone().into_iter().skip(1);
    quote!(where #bounds #(#rest)*)
}

/// The parts of a type that are known by name only, as the user wrote them.
fn named<'t>(ty: &Ty, syntax: &'t Type) -> Vec<&'t Type> {
    match (ty, syntax) {
        (_, Type::Paren(p)) => named(ty, &p.elem),
        (_, Type::Group(g)) => named(ty, &g.elem),
        (Ty::Other(_), Type::Path(_)) => vec![syntax],
        (Ty::Tuple(tys), Type::Tuple(t)) => tys.iter().zip(&t.elems).flat_map(|(ty, s)| named(ty, s)).collect(),
        (Ty::Array(e, _), Type::Array(a)) => named(e, &a.elem),
        (Ty::Slice(e), Type::Slice(s)) => named(e, &s.elem),
        (Ty::Ref(e, _), Type::Reference(r)) => named(e, &r.elem),
        (Ty::Vec(e) | Ty::Option(e) | Ty::Result(e, _), Type::Path(p)) => {
            match p.path.segments.last().map(|s| &s.arguments) {
                Some(syn::PathArguments::AngleBracketed(args)) => match args.args.first() {
                    Some(syn::GenericArgument::Type(t)) => named(e, t),
                    _ => Vec::new(),
                },
                Some(_) | None => Vec::new(),
            }
        }
        (Ty::Other(_) | Ty::Var(_) | Ty::Tuple(_) | Ty::Array(..) | Ty::Slice(_) | Ty::Ref(..) | Ty::Vec(_), _) => {
            Vec::new()
        }
        (Ty::Option(_) | Ty::Result(..), _) => Vec::new(),
        (Ty::Float(_) | Ty::Int(_) | Ty::Bool | Ty::Char | Ty::Unit | Ty::Str, _) => Vec::new(),
    }
}

/// Whether a type means the same at the head of the `impl`: it names no lifetime and no parameter of the function.
fn stands_outside(sig: &Signature, ty: &Type) -> bool {
    let params: Vec<String> = sig
        .generics
        .params
        .iter()
        .map(|p| match p {
            syn::GenericParam::Const(c) => c.ident.to_string(),
            syn::GenericParam::Type(t) => t.ident.to_string(),
            syn::GenericParam::Lifetime(_) => String::new(),
        })
        .collect();
    fn free(tokens: TokenStream, params: &[String]) -> bool {
        tokens.into_iter().all(|t| match t {
            TokenTree::Punct(p) => p.as_char() != '\'',
            TokenTree::Ident(id) => !params.contains(&id.to_string()) && id != "_",
            TokenTree::Group(g) => free(g.stream(), params),
            TokenTree::Literal(_) => true,
        })
    }
    free(ty.to_token_stream(), &params)
}
