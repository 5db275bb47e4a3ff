//! Errors of a stage, collected and reported together.

use crate::messages::Message;
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

/// Tokens as a person writes them on one line, cut where they are long.
pub fn text(tokens: TokenStream) -> String {
    let mut out = String::new();
    spaced(tokens, &mut out);
    if out.chars().count() > 60 {
        out = out.chars().take(57).collect::<String>() + "…";
    }
    out
}

fn spaced(tokens: TokenStream, out: &mut String) {
    use proc_macro2::{Delimiter, TokenTree};
    let mut joint = true;
    // Behind `mut` and a lifetime a bracket opens a type, not an index.
    let (mut apart, mut quote) = (false, false);
    for t in tokens {
        let lifetime = std::mem::take(&mut quote);
        let opens_type = std::mem::take(&mut apart);
        match t {
            TokenTree::Group(g) => {
                let (open, close) = match g.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => (" { ", " }"),
                    Delimiter::None => ("", ""),
                };
                if !joint && g.delimiter() != Delimiter::Brace && (opens_type || out.ends_with([',', ';', '>', '='])) {
                    out.push(' ');
                }
                out.push_str(open);
                spaced(g.stream(), out);
                out.push_str(close);
                joint = false;
            }
            TokenTree::Punct(p) => {
                let c = p.as_char();
                quote = c == '\'';
                let tight = matches!(c, ',' | ';' | '.' | '?' | ':' | '<' | '>' | '&' | '!' | '\'')
                    || out.ends_with(['.', ':', '<', '(', '[']);
                if !tight && !joint && !out.is_empty() && !out.ends_with(' ') {
                    out.push(' ');
                }
                out.push(c);
                joint = !(out.ends_with("->") || out.ends_with("=>"))
                    && (matches!(c, '.' | ':' | '<' | '>' | '&' | '!' | '\'' | '-')
                        || p.spacing() == proc_macro2::Spacing::Joint);
            }
            other => {
                if !joint && !out.is_empty() && !out.ends_with(['(', '[', ' ']) {
                    out.push(' ');
                }
                let word = other.to_string();
                apart = lifetime || matches!(word.as_str(), "mut" | "dyn" | "const" | "in" | "return" | "else");
                out.push_str(&word);
                joint = false;
            }
        }
    }
}

/// An error sink. Dropping it unread is a defect of the compiler: errors would be lost and a wrong derivative emitted.
#[derive(Default)]
pub struct Sink {
    errors: Vec<(Span, Span, String)>,
    read: bool,
}

impl Sink {
    /// Records a message; `{}` in its text is replaced by `found`.
    pub fn error(&mut self, span: Span, message: Message, found: impl AsRef<str>) {
        self.error_between(span, span, message, found);
    }

    /// The same of several tokens, from the first to the last.
    pub fn error_over(&mut self, tokens: impl quote::ToTokens, message: Message, found: impl AsRef<str>) {
        let mut tokens = tokens.into_token_stream().into_iter().map(|t| t.span());
        let first = tokens.next().unwrap_or_else(Span::call_site);
        self.error_between(first, tokens.last().unwrap_or(first), message, found);
    }

    fn error_between(&mut self, first: Span, last: Span, message: Message, found: impl AsRef<str>) {
        let text = message.text.replace("{}", found.as_ref());
        // One mistake gives one error: what is said twice of one token is said once.
        let at = format!("{first:?}");
        if self.errors.iter().all(|(s, _, t)| *t != text || format!("{s:?}") != at) {
            self.errors.push((first, last, text));
        }
    }

    /// Takes over what another sink recorded.
    pub fn absorb(&mut self, mut other: Sink) {
        self.errors.append(&mut other.errors);
    }

    /// Drops what was recorded by an attempt that is made again.
    pub fn forget(mut self) {
        self.errors.clear();
    }

    /// How much was recorded.
    pub fn count(&self) -> usize {
        self.errors.len()
    }

    /// Whether anything was recorded.
    pub fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    /// Takes over the errors of another sink, each with `more` behind its text.
    pub fn append(&mut self, mut other: Sink, more: &str) {
        other.read = true;
        for (first, last, text) in std::mem::take(&mut other.errors) {
            self.error_between(first, last, Message { text: "{}" }, text + more);
        }
    }

    /// The text of the first error, if there is one.
    pub fn first(&self) -> String {
        self.errors.first().map(|(_, _, text)| text.clone()).unwrap_or_default()
    }

    /// The errors as `compile_error!` items.
    pub fn into_tokens(mut self) -> TokenStream {
        self.read = true;
        // rustc underlines a macro call from its first to its last token. (Joining two spans needs a nightly compiler.)
        let call = |(first, last, text): &(Span, Span, String)| {
            let name = quote_spanned!(*first=> ::core::compile_error!);
            quote_spanned!(*last=> #name { #text })
        };
        self.errors.iter().map(call).collect()
    }

    /// Ends a stage: nothing to report, or all of it.
    pub fn finish(mut self) -> Result<(), TokenStream> {
        self.read = true;
        if self.errors.is_empty() { Ok(()) } else { Err(self.into_tokens()) }
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        if !self.read && !self.errors.is_empty() && !std::thread::panicking() {
            panic!(
                "errors were recorded and never reported: {:?}",
                self.errors.iter().map(|e| &e.2).collect::<Vec<_>>()
            );
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn types_read_as_they_are_written() {
        for text in [
            "&mut [m::Number]",
            "&'static [Real]",
            "&'a Vector",
            "&[Real; 3]",
            "(Real, usize)",
            "fn(f64) -> f64",
            "Vec<Vec<Real>>",
            "x[0]",
        ] {
            let tokens = text.parse().expect("tokens");
            assert_eq!(super::text(tokens), text);
        }
    }
}
