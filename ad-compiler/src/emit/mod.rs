//! From the IR to Rust tokens.
//!
//! What is emitted is read by people, in `cargo expand`, in debuggers and in error messages, so it keeps the user's
//! names and shapes: single-use temporaries go back into expressions, `x = x + e` becomes `x += e`. All tokens have
//! macro spans at the user's location: rustc's lints stay silent, errors point at what the user wrote.

pub mod api;
mod body;
mod bounds;
mod call;
pub mod custom;
mod expr;
mod function;
mod gradient;
mod implicit;
mod inline;
pub(crate) mod jacobian;
mod names;
mod number;
mod operator;
mod passed;
mod place;
mod pullback;
mod second;
#[cfg(test)]
mod tests;
mod toks;
mod values;
mod view;
pub mod wrapped;

pub use body::body;

use ad_ir::hash::HashSet;
use proc_macro2::{Group, Ident, Literal, Punct, Span, TokenStream, TokenTree};

/// What the surrounding function (see `api.rs`) gives to the body.
pub struct Ctx<'a> {
    /// The path of the runtime: `::ad_runtime`.
    pub krate: TokenStream,
    /// One per parameter.
    pub param_names: Vec<Ident>,
    /// The shadow of each parameter: `x_bar`. Those of optional shadows must be bound as `mut`.
    pub shadow_names: Vec<Ident>,
    /// The tangent of each parameter: `x_dot`.
    pub tangent_names: Vec<Ident>,
    /// The kind of each parameter as an expression: `K0::default()`, or in joint forms `x_bar.kind()`.
    pub kinds: Vec<TokenStream>,
    /// All identifiers of the user's function. Generated names avoid them.
    pub taken: &'a HashSet<String>,
}

/// The pieces of an emitted function.
pub struct Body {
    /// Items and checks of the callees, for the head of the block: see `ad_runtime::missing`.
    pub head: TokenStream,
    /// Statements.
    pub forward_sweep: TokenStream,
    /// Statements.
    pub reverse_sweep: Option<TokenStream>,
    /// What stands between the result and the reverse half: see `Printer::kept_results`.
    pub kept_results: TokenStream,
    /// The expression for the result.
    pub result: TokenStream,
    /// The expression for its tangent.
    pub result_dot: Option<TokenStream>,
    /// Which parameters must be bound as `mut`.
    pub mut_params: Vec<bool>,
}

/// The macro's own span at a location of the user's.
pub(crate) fn at(span: Span) -> Span {
    Span::call_site().located_at(span)
}

/// The user's tokens with macro spans, each at its own location. `$crate` needs the span it has.
pub(crate) fn respan(tokens: TokenStream) -> TokenStream {
    tokens
        .into_iter()
        .map(|tree| match tree {
            TokenTree::Group(g) => {
                let mut new = Group::new(g.delimiter(), respan(g.stream()));
                new.set_span(at(g.span()));
                TokenTree::Group(new)
            }
            TokenTree::Ident(i) if i == "$crate" => TokenTree::Ident(i),
            TokenTree::Ident(mut i) => {
                i.set_span(at(i.span()));
                TokenTree::Ident(i)
            }
            TokenTree::Punct(p) => {
                let mut new = Punct::new(p.as_char(), p.spacing());
                new.set_span(at(p.span()));
                TokenTree::Punct(new)
            }
            TokenTree::Literal(mut l) => {
                l.set_span(at(l.span()));
                TokenTree::Literal(l)
            }
        })
        .collect()
}

/// A literal from its text, which is one.
pub(crate) fn literal(text: &str, span: Span) -> Option<Literal> {
    // Where the number says its text, rustc need not be asked.
    let number = text.parse().ok().filter(|x: &f64| x.is_finite()).map(Literal::f64_unsuffixed);
    let mut lit = match number {
        Some(lit) if lit.to_string() == text => lit,
        _ => text.parse().ok()?,
    };
    lit.set_span(at(span));
    Some(lit)
}

/// All identifiers among some tokens.
pub fn identifiers(tokens: &TokenStream) -> HashSet<String> {
    let mut out = HashSet::default();
    collect_identifiers(tokens, &mut out);
    out
}

fn collect_identifiers(tokens: &TokenStream, out: &mut HashSet<String>) {
    for t in tokens.clone() {
        match t {
            TokenTree::Ident(i) => drop(out.insert(i.to_string())),
            TokenTree::Group(g) => collect_identifiers(&g.stream(), out),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}
