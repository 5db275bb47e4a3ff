//! Checks of the item and its signature, before any work; and what is emitted beside errors.

use crate::diag::Sink;
use crate::ir::Ty;
use crate::messages as m;
use crate::options::Attribute;
use crate::signature::{Role, Signature, located};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;

/// The attribute stands on something that is no function.
pub fn wrong_item(item: &TokenStream, error: &syn::Error, sink: &mut Sink) {
    const KINDS: [(&str, &str); 10] = [
        ("struct", "a struct"),
        ("enum", "an enum"),
        ("impl", "an impl block"),
        ("trait", "a trait"),
        ("mod", "a module"),
        ("const", "a constant"),
        ("static", "a static"),
        ("type", "a type alias"),
        ("use", "a `use` declaration"),
        ("union", "a union"),
    ];
    let mut function = false;
    for t in item.clone() {
        let TokenTree::Ident(id) = &t else { continue };
        if id == "fn" {
            function = true;
            break;
        }
        if let Some((_, what)) = KINDS.iter().find(|(k, _)| id == *k) {
            sink.error(id.span(), m::WRONG_ITEM, what);
            return;
        }
    }
    if function {
        syn_error(error, sink);
    } else {
        sink.error(Span::call_site(), m::WRONG_ITEM, "something else");
    }
}

/// A syntax error, as syn says it.
pub fn syn_error(error: &syn::Error, sink: &mut Sink) {
    for e in error.clone() {
        sink.error(e.span(), m::SYNTAX, e.to_string());
    }
}

/// What no differentiated function may be.
pub fn item(item: &syn::ItemFn, sink: &mut Sink) {
    let sig = &item.sig;
    if let Some(t) = &sig.constness {
        let _ = t;
    }
    if let Some(t) = &sig.asyncness {
        sink.error(t.span(), m::ASYNC, "");
    }
    if !matches!(sig.safety, syn::Safety::Default | syn::Safety::Safe(_)) {
        sink.error(sig.safety.span(), m::UNSAFE, "");
    }
    for p in &sig.generics.params {
        if let syn::GenericParam::Type(t) = p {
            sink.error(t.ident.span(), m::GENERIC_TYPE, t.ident.to_string());
        }
    }
    for a in &sig.inputs {
        match a {
            syn::FnArg::Receiver(r) => sink.error(r.self_token.span(), m::SELF_PARAMETER, ""),
            syn::FnArg::Typed(t) => types(&t.ty, sink),
        }
    }
    if let syn::ReturnType::Type(_, ty) = &sig.output {
        types(ty, sink);
    }
}

fn types(ty: &syn::Type, sink: &mut Sink) {
    match ty {
        syn::Type::ImplTrait(t) => sink.error(t.span(), m::IMPL_TRAIT, ""),
        syn::Type::TraitObject(t) => sink.error(t.span(), m::DYN_TRAIT, ""),
        syn::Type::Ptr(t) => sink.error(t.span(), m::RAW_POINTER, ""),
        syn::Type::Reference(r) => types(&r.elem, sink),
        syn::Type::Slice(s) => types(&s.elem, sink),
        syn::Type::Array(a) => types(&a.elem, sink),
        syn::Type::Tuple(t) => t.elems.iter().for_each(|e| types(e, sink)),
        syn::Type::Paren(p) => types(&p.elem, sink),
        _ => {}
    }
}

/// Types that the compiler cannot see into.
pub fn signature(sig: &Signature, sink: &mut Sink) {
    for p in &sig.params {
        if p.role == Role::Active && holds_unknown(&p.ty) {
            sink.error(p.syntax.span(), m::PARAMETER_TYPE, p.syntax.to_token_stream().to_string().replace(' ', ""));
        }
    }
    if holds_unknown(&sig.output) {
        let text = sig.output_syntax.to_token_stream().to_string().replace(' ', "");
        if text.starts_with("Option<") || text.starts_with("Result<") {
            sink.error(sig.output_syntax.span(), m::OPTION_RESULT, text.split('<').next().unwrap_or("Option"));
        } else {
            sink.error(sig.output_syntax.span(), m::RESULT_TYPE, text);
        }
    }
}

fn holds_unknown(ty: &Ty) -> bool {
    match ty {
        Ty::Other(_) | Ty::Var(_) => true,
        Ty::Tuple(parts) => parts.iter().any(holds_unknown),
        Ty::Array(e, _) | Ty::Slice(e) | Ty::Vec(e) | Ty::Ref(e, _) => holds_unknown(e),
        Ty::Float(_) | Ty::Int(_) | Ty::Bool | Ty::Char | Ty::Unit | Ty::Str => false,
    }
}

/// Beside errors: the type of the same name, whose functions take anything and give anything, so that calls of
/// `f::grad(…)` elsewhere do not fail a second time.
pub fn stub(item: &syn::ItemFn, attribute: &Attribute) -> TokenStream {
    let name: Ident = located(attribute.signature.type_name.as_ref().unwrap_or(&item.sig.ident));
    let vis = &item.vis;
    let cfgs = item.attrs.iter().filter(|a| a.path().is_ident("cfg"));
    let krate = attribute.signature.krate.clone().unwrap_or_else(|| quote!(::ad_runtime));
    let about = format!("Stands in for the derivatives of `{}`, which could not be made.", item.sig.ident);
    let cfgs: Vec<_> = cfgs.collect();
    quote! {
        #(#cfgs)*
        #[doc = #about]
        #[allow(non_camel_case_types, dead_code)]
        #vis enum #name {}
        #(#cfgs)*
        impl #krate::Callable for #name { type Derivatives = Self; }
    }
}
