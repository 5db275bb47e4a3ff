//! The words of some tokens: how often each identifier occurs. A function's are counted once, for all who ask: every
//! walk over tokens is a conversation with rustc.

use crate::hash::HashMap;
use proc_macro2::{TokenStream, TokenTree};

pub type Words = HashMap<String, usize>;

/// Counts the words of some tokens.
pub fn count(tokens: TokenStream) -> Words {
    let mut words = Words::default();
    add(tokens, &mut words);
    words
}

fn add(tokens: TokenStream, words: &mut Words) {
    for t in tokens {
        match t {
            TokenTree::Ident(id) => *words.entry(id.to_string()).or_default() += 1,
            TokenTree::Group(g) => add(g.stream(), words),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}
