//! `by_hand! { fn f(..) {..} forward {..} tangent {..} adjoint {..} }` puts the bodies through the compiler's emitter.

#![allow(dead_code)]

#[path = "../../../ad-macros/src/ir"]
mod ir {
    pub mod ty;
}
#[path = "../../../ad-macros/src/functions.rs"]
mod functions;
#[path = "../../../ad-macros/src/generics.rs"]
mod generics;
#[path = "../../../ad-macros/src/signature.rs"]
mod signature;
#[path = "../../../ad-macros/src/emit"]
mod emit {
    pub mod api;
    mod bounds;
    mod function;
    mod gradient;
    mod jacobian;
    mod number;
    mod pullback;
    mod second;
    mod values;
    mod wrapped;
}

#[path = "../../../ad-macros/src/words.rs"]
mod words;

use quote::{ToTokens, quote};

struct Input {
    item: syn::ItemFn,
    parts: emit::api::Parts,
}

impl syn::parse::Parse for Input {
    fn parse(input: syn::parse::ParseStream<'_>) -> syn::Result<Self> {
        let item = input.parse()?;
        let mut parts = emit::api::Parts { explain: "by hand".into(), ..Default::default() };
        while !input.is_empty() {
            let name: syn::Ident = input.parse()?;
            let body: syn::Block = input.parse()?;
            let stmts = &body.stmts;
            let body = quote!(#(#stmts)*);
            match name.to_string().as_str() {
                "forward" => parts.forward = body,
                "tangent" => parts.tangent = body,
                "adjoint" => parts.adjoint = Some(body),
                _ => return Err(syn::Error::new(name.span(), "forward, tangent or adjoint")),
            }
        }
        Ok(Input { item, parts })
    }
}

/// See the crate.
#[proc_macro]
pub fn by_hand(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let expand = || {
        let Input { item, parts } = syn::parse(input)?;
        let words = words::count(item.block.to_token_stream());
        let sig = signature::Signature::parse(&item, &words, &signature::Options::default())?;
        let primal = signature::Signature::primal(&item, &item.block);
        let api = emit::api::api(&sig, &parts);
        if std::env::var_os("SHOW_BY_HAND").is_some() {
            eprintln!("{api}");
        }
        Ok(quote!(#primal #api))
    };
    expand().unwrap_or_else(|e: syn::Error| e.into_compile_error()).into()
}
