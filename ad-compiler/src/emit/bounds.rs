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
use crate::signature::{Block, Role, Signature};
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::Type;
use syn::spanned::Spanned;

/// The predicates, each with a comma behind it.
pub fn bounds(sig: &Signature) -> TokenStream {
    let krate = &sig.krate;
    let floats: Vec<String> = sig.floats.iter().map(|f| f.name.to_string()).collect();
    let of_generic = sig.method.as_ref().is_some_and(|m| mentions(m.self_ty.to_token_stream(), &floats));
    let own = ["Self".to_string()];
    let mut said: Vec<String> = Vec::new();
    let mut out = TokenStream::new();
    let mut say = |ty: &Type| {
        let text = ty.to_token_stream().to_string();
        if !said.contains(&text) && stands_outside(sig, ty) {
            said.push(text);
            // A bound on what is generic hides from rustc what its impl says, so that it must be said here.
            let generic = mentions(ty.to_token_stream(), &floats) || of_generic && mentions(ty.to_token_stream(), &own);
            let bound = if generic { quote!(#krate::Parameter) } else { quote!(#krate::Record) };
            let mut bound = bound.into_iter().collect::<Vec<_>>();
            // rustc points at the bound: it stands where the user wrote the type.
            bound.iter_mut().for_each(|t| t.set_span(t.span().located_at(ty.span())));
            let bound = TokenStream::from_iter(bound);
            out.extend(quote!(#ty: #bound,));
        }
    };
    for ty in each_named(sig) {
        say(ty);
    }
    out
}

/// The signature with what the derivatives ask of the function's own type parameters, and in a trait of `Self`:
///
/// ```text
/// pub fn grad<P: Potential + Parameter>(p: &P, x: &[f64]) -> (P, Vec<f64>)
/// ```
pub fn own(sig: &Signature) -> Signature {
    let mut out = sig.clone();
    let krate = &sig.krate;
    let mut predicates: Vec<syn::WherePredicate> = Vec::new();
    if let Some(Block::Trait) = sig.method.as_ref().map(|m| &m.block) {
        predicates.push(syn::parse_quote!(Self: Sized));
    }
    let types: Vec<String> = sig.generics.type_params().map(|t| t.ident.to_string()).collect();
    let mut said: Vec<String> = Vec::new();
    for ty in each_named(sig) {
        let text = ty.to_token_stream().to_string();
        let own = mentions(ty.to_token_stream(), &types)
            || matches!(sig.method.as_ref().map(|m| &m.block), Some(Block::Trait)) && stands_outside(sig, ty);
        if own && !said.contains(&text) && !mentions_lifetime(ty.to_token_stream()) {
            said.push(text.clone());
            // Where the user put its other bounds.
            let inline = out.generics.type_params_mut().find(|t| t.ident == text && !t.bounds.is_empty());
            match inline {
                Some(param) => param.bounds.push(syn::parse_quote!(#krate::Parameter)),
                None => predicates.push(syn::parse_quote!(#ty: #krate::Parameter)),
            }
        }
    }
    if !predicates.is_empty() {
        out.generics.make_where_clause().predicates.extend(predicates);
    }
    out
}

/// The types that are known by name only, of active parameters and of the result.
fn each_named(sig: &Signature) -> Vec<&Type> {
    let mut out = Vec::new();
    // A tangent among the parameters has a type parameter of ours.
    for p in sig.params.iter().filter(|p| p.role == Role::Active && p.dot_of.is_none()) {
        let syntax = if p.receiver { sig.method.as_ref().map(|m| &m.self_ty) } else { Some(&p.syntax) };
        let ty = if p.receiver { p.ty.peel() } else { &p.ty };
        out.extend(syntax.map(|s| named(ty, s)).unwrap_or_default());
    }
    out.extend(named(&sig.output, &sig.output_syntax));
    out
}

/// Whether one of the identifiers stands in the tokens.
fn mentions(tokens: TokenStream, names: &[String]) -> bool {
    tokens.into_iter().any(|t| match t {
        TokenTree::Ident(id) => names.contains(&id.to_string()),
        TokenTree::Group(g) => mentions(g.stream(), names),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

fn mentions_lifetime(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|t| match t {
        TokenTree::Punct(p) => p.as_char() == '\'',
        TokenTree::Group(g) => mentions_lifetime(g.stream()),
        TokenTree::Ident(_) | TokenTree::Literal(_) => false,
    })
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
