//! The intermediate form of the compiler behind `ad_runtime::differentiate`, the rules of primitives, the analyses and the
//! transforms. A crate of its own so that its machine code is made while rustc still reads the rest of the compiler.

#![allow(
    missing_docs,
    unreachable_pub,
    rustdoc::private_intra_doc_links,
    reason = "nothing of it is for users: `pub` says what a module offers to the others"
)]

pub mod analysis;
pub mod diag;
pub mod explain;
pub mod functions;
pub mod generics;
pub mod hash;
pub mod ir;
pub mod messages;
pub mod rules;
pub mod signature;
pub mod table;
pub mod transform;
pub mod words;

extern crate proc_macro;

/// The tokens of a text. `proc_macro2` would read it before rustc does, and macros are not optimised.
pub fn tokens(text: &str) -> Option<proc_macro2::TokenStream> {
    if proc_macro::is_available() {
        return text.parse::<proc_macro::TokenStream>().ok().map(Into::into);
    }
    text.parse().ok()
}

/// The line of the source that a token stands in; without a compiler, in unit tests, none.
pub fn line(span: proc_macro2::Span) -> Option<usize> {
    proc_macro::is_available().then(|| span.unwrap().line())
}
