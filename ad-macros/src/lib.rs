//! The compiler behind `ad_runtime::differentiate`.

#![allow(
    unreachable_pub,
    reason = "nothing of a proc-macro crate is reachable: `pub` says what a module offers to the others"
)]

use proc_macro::TokenStream;

mod analysis;
mod check;
mod closures;
mod derive;
mod diag;
mod driver;
mod emit;
mod explain;
mod fence;
#[cfg(test)]
mod filetests;
mod functions;
mod generics;
#[cfg(test)]
mod golden;
mod hoist;
mod ir;
mod lower;
mod messages;
mod methods;
mod options;
mod rules;
mod signature;
mod transform;
mod words;

/// The line of the source that a token stands in; without a compiler, in unit tests, none.
fn line(span: proc_macro2::Span) -> Option<usize> {
    proc_macro::is_available().then(|| span.unwrap().line())
}

/// Compiles a function into its derivatives, which stand in a type of the function's name beside it.
///
/// What the type offers is in the documentation of the crate `ad_runtime`. Options, separated by commas:
///
/// | | |
/// |---|---|
/// | `type = Name` | the type's name, where the function's is taken by a module or another type |
/// | `crate = path` | where `ad_runtime` is, if the dependency was renamed |
/// | `recursive` | on one function of a circle of functions that call each other; self recursion is found |
///
/// `#[constant]` before a parameter: its derivative is not wanted.
#[proc_macro_attribute]
pub fn differentiate(options: TokenStream, item: TokenStream) -> TokenStream {
    driver::expand(options.into(), item.into()).into()
}

/// Gives a struct or an enum a gradient, which is a value of the same type. See `ad_runtime::Differentiable`.
///
/// Fields marked `#[constant]`, and fields whose types are known by name to hold no float, have no derivative: a gradient
/// carries the primal's. `#[differentiable(crate = path)]` says where `ad_runtime` is, if the dependency was renamed.
#[proc_macro_derive(Differentiable, attributes(constant, differentiable))]
pub fn derive_differentiable(item: TokenStream) -> TokenStream {
    derive::derive(item.into()).into()
}
