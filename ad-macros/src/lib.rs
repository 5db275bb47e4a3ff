//! The compiler behind `ad_runtime::differentiate`.

use proc_macro::TokenStream;

/// Placeholder.
#[proc_macro_attribute]
pub fn differentiate(_options: TokenStream, item: TokenStream) -> TokenStream {
    item
}

mod emit;
mod ir;
mod rules;
