//! Errors of a stage, collected and reported together.

use crate::messages::Message;
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

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

    /// How many errors there are.
    pub fn len(&self) -> usize {
        self.errors.len()
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
            panic!("errors were recorded and never reported: {:?}", self.errors.iter().map(|e| &e.1).collect::<Vec<_>>());
        }
    }
}
