//! Tokens while they are put together: a plain list, because every step on a `TokenStream` is a call into rustc.

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::ToTokens;

#[derive(Clone, Default)]
pub(super) struct Toks(Vec<TokenTree>);

impl Toks {
    pub(super) fn one(tree: TokenTree) -> Toks {
        Toks(vec![tree])
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn first(&self) -> Option<&TokenTree> {
        self.0.first()
    }

    pub(super) fn push(&mut self, tree: TokenTree) {
        self.0.push(tree);
    }

    pub(super) fn word(&mut self, word: &str, span: Span) {
        self.0.push(TokenTree::Ident(Ident::new(word, span)));
    }

    /// An operator, of one character or more.
    pub(super) fn op(&mut self, text: &'static str, span: Span) {
        let bytes = text.as_bytes();
        for (i, c) in bytes.iter().enumerate() {
            let spacing = if i + 1 < bytes.len() { Spacing::Joint } else { Spacing::Alone };
            let mut punct = Punct::new(*c as char, spacing);
            punct.set_span(span);
            self.0.push(TokenTree::Punct(punct));
        }
    }

    pub(super) fn append(&mut self, mut more: Toks) {
        self.0.append(&mut more.0);
    }

    pub(super) fn group(&mut self, delimiter: Delimiter, inner: Toks, span: Span) {
        let mut group = Group::new(delimiter, inner.stream());
        group.set_span(span);
        self.0.push(TokenTree::Group(group));
    }

    pub(super) fn stream(self) -> TokenStream {
        if self.0.is_empty() { TokenStream::new() } else { self.0.into_iter().collect() }
    }
}

impl std::fmt::Display for Toks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.to_token_stream().fmt(f)
    }
}

impl From<TokenStream> for Toks {
    fn from(stream: TokenStream) -> Toks {
        Toks(stream.into_iter().collect())
    }
}

impl ToTokens for Toks {
    fn to_tokens(&self, out: &mut TokenStream) {
        out.extend(self.0.iter().cloned());
    }
    fn into_token_stream(self) -> TokenStream {
        self.stream()
    }
}
