//! `#[differentiate] impl S { … }`: each function of the block gets siblings, `S::energy_grad` beside `S::energy`.

use crate::diag::Sink;
use crate::driver;
use crate::generics;
use crate::messages as m;
use crate::options::Attribute;
use crate::signature::{Method, Signature};
use crate::words;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::spanned::Spanned;

/// The block as the user wrote it without our attributes, and the siblings of its functions.
pub fn expand(block: &syn::ItemImpl, attribute: &Attribute, sink: &mut Sink) -> TokenStream {
    let mut primal = block.clone();
    for item in &mut primal.items {
        if let syn::ImplItem::Fn(f) = item {
            f.sig = Signature::without_ours(&f.sig);
        }
    }
    let mut out = primal.to_token_stream();
    if let Some((path, _)) = &block.trait_ {
        sink.error(path.span(), m::TRAIT_IMPL, crate::diag::text(path.to_token_stream()));
        return out;
    }
    if let Some(name) = &attribute.signature.type_name {
        sink.error(name.span(), m::OPTION_ON_IMPL, "type");
    }
    if let Some(span) = attribute.custom.as_ref().map(crate::options::Custom::span) {
        sink.error(span, m::OPTION_ON_IMPL, "partials");
    }
    let krate = attribute.signature.krate.clone().unwrap_or_else(|| quote!(::ad_runtime));
    let floats = generics::floats(&block.generics);
    let mut asked = block.generics.clone();
    generics::ask(&mut asked, &floats, &krate);
    let (head, _, wheres) = asked.split_for_impl();
    let params = block.generics.params.iter().filter_map(|p| match p {
        syn::GenericParam::Type(t) => {
            if floats.iter().all(|f| f.name != t.ident) {
                sink.error(t.ident.span(), m::GENERIC_TYPE, t.ident.to_string());
            }
            Some(t.ident.to_token_stream())
        }
        syn::GenericParam::Const(c) => Some(c.ident.to_token_stream()),
        syn::GenericParam::Lifetime(_) => None,
    });
    let method = Method {
        params: params.collect(),
        generics: head.to_token_stream(),
        self_ty: (*block.self_ty).clone(),
        wheres: wheres.to_token_stream(),
        floats: floats.clone(),
        outputs: block.items.iter().filter_map(output).collect(),
    };
    if !sink.is_empty() {
        return out;
    }
    for item in &block.items {
        let syn::ImplItem::Fn(f) = item else { continue };
        let function = syn::ItemFn {
            attrs: f.attrs.clone(),
            vis: f.vis.clone(),
            sig: f.sig.clone(),
            block: Box::new(f.block.clone()),
            modifiers: f.modifiers.clone(),
        };
        let mut attribute = attribute.for_method();
        attribute.signature.method = Some(method.clone());
        let words = words::count(function.to_token_stream());
        if let Some(derivatives) = driver::differentiate(&function, &words, &attribute, sink) {
            out.extend(derivatives);
        }
    }
    out
}

/// The name of a function of the block, and its signature.
fn output(item: &syn::ImplItem) -> Option<(String, syn::Signature)> {
    match item {
        syn::ImplItem::Fn(f) => Some((f.sig.ident.to_string(), f.sig.clone())),
        _ => None,
    }
}

/// Wraps what was made in errors, if there are any.
pub fn finish(tokens: TokenStream, sink: Sink) -> TokenStream {
    match sink.finish() {
        Ok(()) => tokens,
        Err(errors) => quote!(#tokens #errors),
    }
}
