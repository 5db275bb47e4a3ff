//! Where an expression or a pattern begins, for the operations made of it.
//!
//! syn's `span()` is for errors: it prints the whole expression to find its first and last token. On stable Rust it
//! then gives the first alone.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Expr, Pat};

/// Where an expression begins.
pub(super) fn start(e: &Expr) -> Span {
    match e {
        Expr::Path(p) if p.qself.is_none() && p.path.leading_colon.is_none() => {
            p.path.segments.first().map_or_else(Span::call_site, |s| s.ident.span())
        }
        Expr::Lit(l) => l.lit.span(),
        Expr::Binary(b) => start(&b.left),
        Expr::Assign(a) => start(&a.left),
        Expr::MethodCall(c) => start(&c.receiver),
        Expr::Call(c) => start(&c.func),
        Expr::Field(f) => start(&f.base),
        Expr::Index(i) => start(&i.expr),
        Expr::Cast(c) => start(&c.expr),
        Expr::Paren(p) => p.paren_token.span.join(),
        Expr::Reference(r) => r.and_token.span,
        Expr::If(i) => i.if_token.span,
        Expr::ForLoop(f) if f.label.is_none() => f.for_token.span,
        other => other.span(),
    }
}

/// Where a pattern begins.
pub(super) fn start_of_pattern(pat: &Pat) -> Span {
    match pat {
        Pat::Ident(id) if id.by_ref.is_none() && id.mutability.is_none() => id.ident.span(),
        Pat::Wild(w) => w.underscore_token.span,
        Pat::Type(t) => start_of_pattern(&t.pat),
        other => other.span(),
    }
}
