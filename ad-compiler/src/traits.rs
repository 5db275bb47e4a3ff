//! `#[differentiate]` on a trait and on its impls: each function of the trait gets siblings, as those of `impl S` do.
//!
//! ```text
//! trait Potential {
//!     fn energy(&self, x: &[f64]) -> f64;
//!     fn put_differentiate_on_the_trait_and_each_impl() where Self: Sized;
//!     fn energy_forward<K0: Kind, K1: Kind>(&self, x: &[f64], _: (K0, K1)) -> (f64, impl Fn(…)) where Self: Parameter { never }
//!     fn energy_grad(&self, x: &[f64]) -> (Self, Vec<f64>) where Self: Parameter { … }       // and all the others
//! }
//! impl Potential for Spring {
//!     fn energy(&self, x: &[f64]) -> f64 { … }
//!     fn put_differentiate_on_the_trait_and_each_impl() {}
//!     fn energy_forward<K0: Kind, K1: Kind>(…) -> … { … }
//!     fn energy_tangent(…) -> … { … }
//! }
//! ```
//!
//! Whatever an impl does not fill has a body in the trait, but for the function that is named like a remedy: an impl without the
//! attribute lacks that. So a body of the trait that computes nothing is never run, and no impl that overrides a function of the
//! trait keeps that function's derivatives.

use crate::diag::Sink;
use crate::messages as m;
use crate::options::Attribute;
use crate::signature::{Block, Method, Signature};
use crate::{driver, emit, words};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::spanned::Spanned;

/// The functions that every impl must have, and that no other trait has: one, and one for each order above the first.
fn remedies(order: usize, span: Span) -> Vec<Ident> {
    let first = Ident::new("put_differentiate_on_the_trait_and_each_impl", span);
    let higher = (2..=order).map(|n| format_ident!("put_order_{n}_on_the_trait_and_each_impl", span = span));
    std::iter::once(first).chain(higher).collect()
}

/// The trait with the siblings of its functions.
pub fn declaration(item: &syn::ItemTrait, attribute: &Attribute, sink: &mut Sink) -> TokenStream {
    let mut out = item.clone();
    for inner in &mut out.items {
        if let syn::TraitItem::Fn(f) = inner {
            f.sig = Signature::without_ours(&f.sig);
        }
    }
    crate::methods::refuse_options(attribute, sink);
    let params = crate::methods::block_params(&item.generics, &[], sink);
    if !sink.is_empty() {
        return out.into_token_stream();
    }
    let method = Method {
        params: std::iter::once(quote!(Self)).chain(params).collect(),
        generics: TokenStream::new(),
        self_ty: syn::parse_quote!(Self),
        wheres: TokenStream::new(),
        floats: Vec::new(),
        outputs: item.items.iter().filter_map(output).collect(),
        block: Block::Trait,
    };
    let mut attribute = attribute.for_method();
    attribute.signature.method = Some(method);
    for inner in &item.items {
        let syn::TraitItem::Fn(f) = inner else { continue };
        let function = syn::ItemFn {
            attrs: f.attrs.clone(),
            vis: syn::Visibility::Inherited,
            sig: f.sig.clone(),
            block: Box::new(f.default.clone().unwrap_or_else(|| syn::parse_quote!({}))),
            modifiers: Default::default(),
        };
        let words = words::count(function.to_token_stream());
        let siblings = if f.default.is_some() {
            driver::differentiate(&function, &words, &attribute, sink)
        } else {
            driver::declared(&function, &words, &attribute, sink)
        };
        out.items.push(syn::TraitItem::Verbatim(dressed(siblings.unwrap_or_default(), &f.attrs)));
    }
    let remedies = remedies(attribute.signature.order, Span::call_site());
    out.items.push(syn::TraitItem::Verbatim(quote! {
        #(#[doc(hidden)] fn #remedies() where Self: Sized;)*
    }));
    out.into_token_stream()
}

/// The impl of a trait with the derivatives of its functions.
pub fn implementation(
    block: &syn::ItemImpl,
    path: &syn::Path,
    mut primal: syn::ItemImpl,
    attribute: &Attribute,
    sink: &mut Sink,
) -> TokenStream {
    if let Some(name) = path.segments.last().map(|s| s.ident.to_string())
        && is_foreign(&name)
    {
        sink.error_over(path, m::TRAIT_IMPL, crate::diag::text(path.to_token_stream()));
        return primal.into_token_stream();
    }
    // A function that is not seen would override the trait's and leave the trait's derivatives in place.
    for item in &block.items {
        if let syn::ImplItem::Macro(mac) = item {
            sink.error_over(&mac.mac.path, m::MACRO_IN_IMPL, crate::diag::text(mac.mac.path.to_token_stream()));
        }
    }
    crate::methods::refuse_options(attribute, sink);
    let (head, _, wheres) = block.generics.split_for_impl();
    let params = crate::methods::block_params(&block.generics, &[], sink);
    let method = Method {
        params,
        generics: head.to_token_stream(),
        self_ty: (*block.self_ty).clone(),
        wheres: wheres.to_token_stream(),
        floats: Vec::new(),
        outputs: block.items.iter().filter_map(crate::methods::output).collect(),
        block: Block::Implementation(Box::new(path.clone())),
    };
    let mut attribute = attribute.for_method();
    attribute.signature.method = Some(method);
    let functions: Vec<&syn::ImplItemFn> = block
        .items
        .iter()
        .filter_map(|item| match item {
            syn::ImplItem::Fn(f) => Some(f),
            _ => None,
        })
        .collect();
    for f in functions.iter().filter(|_| sink.is_empty()).collect::<Vec<_>>() {
        let function = syn::ItemFn {
            attrs: f.attrs.clone(),
            vis: f.vis.clone(),
            sig: f.sig.clone(),
            block: Box::new(f.block.clone()),
            modifiers: f.modifiers.clone(),
        };
        let words = words::count(function.to_token_stream());
        if let Some(siblings) = driver::differentiate(&function, &words, &attribute, sink) {
            primal.items.push(syn::ImplItem::Verbatim(siblings));
        }
    }
    let remedies = remedies(attribute.signature.order, Span::call_site().located_at(path.span()));
    primal.items.insert(0, syn::ImplItem::Verbatim(quote!(#(fn #remedies() {})*)));
    primal.into_token_stream()
}

/// The functions under the `#[cfg]`s of the one that they belong to; those without documentation are nobody's business.
fn dressed(siblings: TokenStream, attrs: &[syn::Attribute]) -> TokenStream {
    let cfgs: Vec<_> = attrs.iter().filter(|a| a.path().is_ident("cfg")).collect();
    let Ok(all) = syn::parse2::<syn::ItemTrait>(quote!(trait T { #siblings })) else { return siblings };
    let dress = |item: &syn::TraitItem| {
        let documented = match item {
            syn::TraitItem::Fn(f) => f.attrs.iter().any(|a| a.path().is_ident("doc")),
            _ => true,
        };
        let hidden = (!documented).then(|| quote!(#[doc(hidden)]));
        quote!(#(#cfgs)* #hidden #item)
    };
    all.items.iter().map(dress).collect()
}

/// What stands in a trait for the derivatives of a function without a body.
pub fn never(krate: &TokenStream) -> emit::api::Parts {
    let never = quote!(#krate::missing::never());
    emit::api::Parts {
        forward: quote!((#never, move |_: _, _: _, _: _| ())),
        tangent: never,
        adjoint: None,
        keeps: false,
        explain: String::new(),
        levels: Vec::new(),
    }
}

/// The name of a function of the trait, and its signature.
fn output(item: &syn::TraitItem) -> Option<(String, syn::Signature)> {
    match item {
        syn::TraitItem::Fn(f) => Some((f.sig.ident.to_string(), f.sig.clone())),
        _ => None,
    }
}

/// Whether a type parameter stands for types of the user's with a trait of the user's: `P: Potential`. What can be done with
/// other types is hidden in traits that have no derivatives.
pub fn is_of_users_trait(param: &syn::TypeParam, generics: &syn::Generics) -> bool {
    let of_param = |ty: &syn::Type| matches!(ty, syn::Type::Path(p) if p.path.is_ident(&param.ident));
    let wheres = generics.where_clause.iter().flat_map(|w| &w.predicates).filter_map(|p| match p {
        syn::WherePredicate::Type(p) if of_param(&p.bounded_ty) => Some(&p.bounds),
        _ => None,
    });
    std::iter::once(&param.bounds).chain(wheres).flatten().any(|bound| match bound {
        syn::TypeParamBound::Trait(t) => t.path.segments.last().is_some_and(|s| {
            let name = s.ident.to_string();
            let marker = matches!(name.as_str(), "Send" | "Sync" | "Sized" | "Unpin" | "Differentiable" | "Index");
            !marker && !is_foreign(&name) && crate::operators::of_trait(&t.path).is_none() && !is_numeric(&name)
        }),
        _ => false,
    })
}

/// Traits of numbers, by their names.
fn is_numeric(name: &str) -> bool {
    name.contains("Float")
        || name.contains("Num")
        || name.starts_with("Real")
        || matches!(name, "ComplexField" | "Scalar")
}

/// The traits of std (and of crates that everybody uses) by their names: they cannot be annotated.
fn is_foreign(name: &str) -> bool {
    const FOREIGN: [&str; 46] = [
        "Any",
        "AsMut",
        "AsRef",
        "BitAnd",
        "BitAndAssign",
        "BitOr",
        "BitOrAssign",
        "BitXor",
        "BitXorAssign",
        "Borrow",
        "BorrowMut",
        "Clone",
        "Copy",
        "Debug",
        "Default",
        "Deref",
        "DerefMut",
        "Deserialize",
        "Display",
        "DoubleEndedIterator",
        "Drop",
        "Eq",
        "Error",
        "ExactSizeIterator",
        "Extend",
        "Fn",
        "FnMut",
        "FnOnce",
        "From",
        "FromIterator",
        "FromStr",
        "Hash",
        "Into",
        "IntoIterator",
        "Iterator",
        "Not",
        "Ord",
        "PartialEq",
        "PartialOrd",
        "Product",
        "Serialize",
        "Shl",
        "Shr",
        "Sum",
        "TryFrom",
        "Write",
    ];
    FOREIGN.binary_search(&name).is_ok()
}
