//! `#[differentiate] impl Mul<f64> for Vec3 { … }`: the runtime's trait of the operator's rule, beside std's of the operator.
//!
//! ```text
//! impl Mul<f64> for Vec3 { type Output = Vec3; fn mul(self, k: f64) -> Vec3 { … } }
//! impl ::ad_runtime::operators::Mul<f64> for Vec3 {
//!     type Left = Vec3;    type Right = f64;
//!     fn operator_adjoint(self, k: f64, …) -> Vec3 { … }
//!     fn operator_tangent(self, k: f64, …) -> (Vec3, Vec3) { … }
//! }
//! ```

use crate::diag::Sink;
use crate::ir::Operator;
use crate::messages as m;
use crate::options::Attribute;
use crate::signature::{self, Block, Method};
use crate::{driver, words};
use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;

/// The operator of a trait of std, by the trait's name.
pub fn of_trait(path: &syn::Path) -> Option<Operator> {
    Operator::of_trait(&path.segments.last()?.ident.to_string())
}

/// The implementation of the rule.
pub fn expand(block: &syn::ItemImpl, op: Operator, attribute: &Attribute, sink: &mut Sink) -> TokenStream {
    let Some((path, _)) = &block.trait_ else { return TokenStream::new() };
    if attribute.signature.order > 2 {
        sink.error(path.span(), m::OPERATOR_ORDER, "");
    }
    let mut made = Vec::new();
    let mut self_ty = (*block.self_ty).clone();
    signature::name_elided(&mut self_ty, "left", &mut made);
    let mut rhs = rhs(path).unwrap_or_else(|| self_ty.clone());
    signature::name_elided(&mut rhs, "right", &mut made);
    let mut generics = block.generics.clone();
    let own = std::mem::take(&mut generics.params);
    generics.params = made.into_iter().map(|l| syn::parse_quote!(#l)).chain(own).collect();
    let (head, _, wheres) = generics.split_for_impl();
    let method = Method {
        generics: head.to_token_stream(),
        self_ty,
        wheres: wheres.to_token_stream(),
        params: crate::methods::block_params(&block.generics, &[], sink),
        floats: Vec::new(),
        outputs: Vec::new(),
        block: Block::Operator(op, Box::new(rhs)),
    };
    let output = block.items.iter().find_map(|item| match item {
        syn::ImplItem::Type(t) if t.ident == "Output" => Some(t.ty.to_token_stream()),
        _ => None,
    });
    let function = block.items.iter().find_map(|item| match item {
        syn::ImplItem::Fn(f) if f.sig.ident == op.method() => Some(f),
        _ => None,
    });
    // rustc says what is missing.
    let Some(f) = function else { return TokenStream::new() };
    for arg in &f.sig.inputs {
        let attrs = match arg {
            syn::FnArg::Typed(typed) => &typed.attrs,
            syn::FnArg::Receiver(receiver) => &receiver.attrs,
        };
        if let Some(constant) = attrs.iter().find(|a| a.path().is_ident("constant")) {
            sink.error_over(constant, m::OPERATOR_CONSTANT, "");
        }
    }
    if !sink.is_empty() {
        return TokenStream::new();
    }
    let mut tokens = f.to_token_stream();
    if let Some(output) = output {
        tokens = without_output(tokens, &output);
    }
    let function = match syn::parse2::<syn::ItemFn>(tokens) {
        Ok(function) => function,
        Err(e) => {
            crate::check::syn_error(&e, sink);
            return TokenStream::new();
        }
    };
    let mut attribute = attribute.for_method();
    attribute.signature.method = Some(method);
    // The rule is a joint one: see the runtime's `operators`.
    attribute.signature.recursive = true;
    let words = words::count(function.to_token_stream());
    driver::differentiate(&function, &words, &attribute, sink).unwrap_or_default()
}

/// `f64` in `Mul<f64>`.
fn rhs(path: &syn::Path) -> Option<syn::Type> {
    let syn::PathArguments::AngleBracketed(args) = &path.segments.last()?.arguments else { return None };
    args.args.iter().find_map(|a| match a {
        syn::GenericArgument::Type(ty) => Some(ty.clone()),
        _ => None,
    })
}

/// `Self::Output` by the type that it is.
fn without_output(tokens: TokenStream, output: &TokenStream) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut out = TokenStream::new();
    let mut i = 0;
    while i < tokens.len() {
        let ident = |k: usize, name: &str| matches!(tokens.get(k), Some(TokenTree::Ident(id)) if id == name);
        let colon = |k: usize| matches!(tokens.get(k), Some(TokenTree::Punct(p)) if p.as_char() == ':');
        // `Self::Output::new(..)` would need the type as an expression.
        if ident(i, "Self") && colon(i + 1) && colon(i + 2) && ident(i + 3, "Output") && !colon(i + 4) {
            out.extend(output.clone());
            i += 4;
            continue;
        }
        match &tokens[i] {
            TokenTree::Group(g) => {
                let mut group = Group::new(g.delimiter(), without_output(g.stream(), output));
                group.set_span(g.span());
                out.extend(quote!(#group));
            }
            other => out.extend([other.clone()]),
        }
        i += 1;
    }
    out
}
