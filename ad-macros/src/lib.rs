//! The compiler behind `ad_runtime::differentiate`.

#![allow(unreachable_pub, reason = "nothing of a proc-macro crate is reachable: `pub` says what a module offers to the others")]

use proc_macro::TokenStream;

mod analysis;
mod check;
mod diag;
mod driver;
mod emit;
mod fence;
#[cfg(test)]
mod filetests;
#[cfg(test)]
mod golden;
mod ir;
mod lower;
mod messages;
mod options;
mod rules;
mod signature;
mod transform;

/// Differentiates a function at compile time; see the documentation of `ad_runtime`.
#[proc_macro_attribute]
pub fn differentiate(options: TokenStream, item: TokenStream) -> TokenStream {
    driver::expand(options.into(), item.into()).into()
}
