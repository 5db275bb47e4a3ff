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
    for t in tokens {
        match t {
            TokenTree::Group(g) => {
                let (open, close) = match g.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => (" { ", " }"),
                    Delimiter::None => ("", ""),
                };
                if !joint && g.delimiter() != Delimiter::Brace && out.ends_with([',', ';']) {
                    out.push(' ');
                }
                out.push_str(open);
                spaced(g.stream(), out);
                out.push_str(close);
                joint = false;
            }
            TokenTree::Punct(p) => {
                let c = p.as_char();
                let tight = matches!(c, ',' | ';' | '.' | '?' | ':' | '<' | '>' | '&' | '!' | '\'')
                    || out.ends_with(['.', ':', '<', '(', '[']);
                if !tight && !joint && !out.is_empty() && !out.ends_with(' ') {
                    out.push(' ');
                }
                out.push(c);
                joint = matches!(c, '.' | ':' | '<' | '>' | '&' | '!' | '\'' | '-')
                    || p.spacing() == proc_macro2::Spacing::Joint;
            }
            other => {
                if !joint && !out.is_empty() && !out.ends_with(['(', '[', ' ']) {
                    out.push(' ');
                }
                out.push_str(&other.to_string());
                joint = false;
            }
        }
    }
}

/// An error sink. Dropping it unread is a defect of the compiler: errors would be lost and a wrong derivative emitted.
#[derive(Default)]
pub struct Sink {
    errors: Vec<(Span, String)>,
    read: bool,
}

impl Sink {
    /// Records a message; `{}` in its text is replaced by `found`.
    pub fn error(&mut self, span: Span, message: Message, found: impl AsRef<str>) {
        let text = message.text.replace("{}", found.as_ref());
        // One mistake gives one error: what is said twice of one token is said once.
        let at = format!("{span:?}");
        if self.errors.iter().all(|(s, t)| *t != text || format!("{s:?}") != at) {
            self.errors.push((span, text));
        }
    }

    /// Whether anything was recorded.
    pub fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    /// The errors as `compile_error!` items.
    pub fn into_tokens(mut self) -> TokenStream {
        self.read = true;
        self.errors.iter().map(|(span, text)| quote_spanned!(*span=> ::core::compile_error! { #text })).collect()
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
                self.errors.iter().map(|e| &e.1).collect::<Vec<_>>()
            );
        }
    }
}
