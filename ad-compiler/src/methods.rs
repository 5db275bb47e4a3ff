//! `#[differentiate] impl S { … }`: each function of the block gets siblings, `S::energy_grad` beside `S::energy`.

use crate::diag::Sink;
use crate::messages as m;
use crate::options::Attribute;
use crate::signature::{Block, Method, Signature};
use crate::{driver, generics, operators, traits, words};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

/// The block as the user wrote it without our attributes, and the siblings of its functions.
pub fn expand(block: &syn::ItemImpl, attribute: &Attribute, sink: &mut Sink) -> TokenStream {
    let mut primal = block.clone();
    for item in &mut primal.items {
        if let syn::ImplItem::Fn(f) = item {
            f.sig = Signature::without_ours(&f.sig);
        }
    }
    let mut out = primal.to_token_stream();
    if let Some((path, _)) = &block.trait_
        && let Some(op) = operators::of_trait(path)
    {
        refuse_options(attribute, sink);
        out.extend(operators::expand(block, op, attribute, sink));
        return out;
    }
    if let Some((path, _)) = &block.trait_
        && path.segments.last().is_some_and(|s| s.ident == "Index" || s.ident == "IndexMut")
    {
        sink.error_over(path, m::OPERATOR_INDEX, crate::diag::text(path.to_token_stream()));
        return out;
    }
    if let Some((path, _)) = &block.trait_ {
        return traits::implementation(block, path, primal, attribute, sink);
    }
    let Some(method) = method(block, attribute, sink) else { return out };
    for item in &block.items {
        let syn::ImplItem::Fn(f) = item else { continue };
        let function = function(f);
        let mut attribute = attribute.for_method();
        attribute.signature.method = Some(method.clone());
        let words = words::count(function.to_token_stream());
        if let Some(derivatives) = driver::differentiate(&function, &words, &attribute, sink) {
            out.extend(derivatives);
        }
    }
    out
}

/// What the functions of a block have from it, if all of it can be differentiated.
pub fn method(block: &syn::ItemImpl, attribute: &Attribute, sink: &mut Sink) -> Option<Method> {
    refuse_options(attribute, sink);
    let krate = attribute.signature.krate.clone().unwrap_or_else(|| quote!(::ad_runtime));
    let floats = generics::floats(&block.generics);
    let mut asked = block.generics.clone();
    generics::ask(&mut asked, &floats, &krate);
    let (head, _, wheres) = asked.split_for_impl();
    let method = Method {
        params: block_params(&block.generics, &floats, sink),
        generics: head.to_token_stream(),
        self_ty: (*block.self_ty).clone(),
        wheres: wheres.to_token_stream(),
        floats,
        outputs: block.items.iter().filter_map(output).collect(),
        block: Block::Own,
    };
    sink.is_empty().then_some(method)
}

/// A function of a block as a function like any other.
pub fn function(f: &syn::ImplItemFn) -> syn::ItemFn {
    syn::ItemFn {
        attrs: f.attrs.clone(),
        vis: f.vis.clone(),
        sig: f.sig.clone(),
        block: Box::new(f.block.clone()),
        modifiers: f.modifiers.clone(),
    }
}

/// Options that are for functions.
pub fn refuse_options(attribute: &Attribute, sink: &mut Sink) {
    if let Some(name) = &attribute.signature.type_name {
        sink.error(name.span(), m::OPTION_ON_IMPL, "type");
    }
    if let Some(custom) = &attribute.custom {
        sink.error(custom.span(), m::OPTION_ON_IMPL, custom.name());
    }
}

/// The type and const parameters of a block; of types only those that are floats.
pub fn block_params(generics: &syn::Generics, floats: &[generics::FloatParam], sink: &mut Sink) -> Vec<TokenStream> {
    let params = generics.params.iter().filter_map(|p| match p {
        syn::GenericParam::Type(t) => {
            if floats.iter().all(|f| f.name != t.ident) {
                sink.error(t.ident.span(), m::GENERIC_TYPE, t.ident.to_string());
            }
            Some(t.ident.to_token_stream())
        }
        syn::GenericParam::Const(c) => Some(c.ident.to_token_stream()),
        syn::GenericParam::Lifetime(_) => None,
    });
    params.collect()
}

/// The name of a function of the block, and its signature.
pub fn output(item: &syn::ImplItem) -> Option<(String, syn::Signature)> {
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
