//! The compiler behind `ad_runtime::differentiate`, from tokens to tokens; `ad-macros` hands them over. What happens between
//! lowering and emission is in `ad-ir`.

#![allow(
    missing_docs,
    unreachable_pub,
    rustdoc::private_intra_doc_links,
    reason = "nothing of it is for users: `pub` says what a module offers to the others"
)]

pub(crate) use ad_ir::{
    analysis, diag, explain, functions, generics, ir, messages, rules, signature, table, transform, words,
};

mod check;
mod closures;
mod derive;
mod driver;
pub mod emit;
mod fence;
#[cfg(test)]
mod filetests;
#[cfg(test)]
mod golden;
mod hoist;
mod lower;
mod methods;
mod module;
mod operators;
mod options;
mod traits;

pub use derive::derive as derive_differentiable;
pub use driver::expand as differentiate;
