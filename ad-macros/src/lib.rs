//! The compiler behind `ad_runtime::differentiate`.

use proc_macro::TokenStream;

mod diag;
mod emit;
mod ir;
mod lower;
mod messages;
mod options;
mod rules;
mod signature;

/// Placeholder.
#[proc_macro_attribute]
pub fn differentiate(_options: TokenStream, item: TokenStream) -> TokenStream {
    item
}
