//! Macros: those that print, check or panic pass through; `vec!` makes a Vec.

use super::env::Operand;
use super::{Lower, peeled};
use crate::ir::{Count, Init, OpKind, Piece, Ty};
use crate::messages as m;
use quote::{ToTokens, quote};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, Token};

/// Macros of std that only look at their arguments, and whether they return.
pub(crate) const FORMATTING: [(&str, bool); 15] = [
    ("println", true),
    ("print", true),
    ("eprintln", true),
    ("eprint", true),
    ("assert", true),
    ("assert_eq", true),
    ("assert_ne", true),
    ("debug_assert", true),
    ("debug_assert_eq", true),
    ("debug_assert_ne", true),
    ("panic", false),
    ("unreachable", false),
    ("todo", false),
    ("unimplemented", false),
    ("format", true),
];

impl Lower<'_> {
    pub(super) fn macro_call(&mut self, mac: &syn::Macro, want: Option<&Ty>) -> Operand {
        let span = mac.path.span();
        let name = mac.path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
        match name.as_str() {
            "vec" => return self.vec_macro(mac, want),
            "matches" => return self.matches_macro(mac),
            "cfg" => {
                let tokens = mac.to_token_stream();
                return Operand::Value(self.push_value(OpKind::Path(tokens), Ty::Bool, span));
            }
            _ => {}
        }
        let Some((_, returns)) = FORMATTING.iter().find(|(n, _)| *n == name) else { return self.fenced(span) };
        let Some(pieces) = self.format_pieces(mac, &name) else { return Operand::Never };
        self.effect(mac.path.to_token_stream(), pieces, !returns, span);
        if *returns { Operand::Unit } else { Operand::Never }
    }

    /// `println!("{x} {}", y)` as tokens with holes; the names inside the format string are arguments too.
    fn format_pieces(&mut self, mac: &syn::Macro, name: &str) -> Option<Vec<Piece>> {
        let parser = Punctuated::<FormatArg, Token![,]>::parse_terminated;
        let Ok(args) = parser.parse2(mac.tokens.clone()) else {
            self.sink.error(mac.path.span(), m::MACRO, name);
            return None;
        };
        let mut pieces = Vec::new();
        let mut inner: Vec<Vec<Piece>> = Vec::new();
        let mut captured: Vec<(String, proc_macro2::Span)> = Vec::new();
        let mut named: Vec<String> = Vec::new();
        let debug = name.starts_with("debug_");
        for arg in &args {
            let mut parts = Vec::new();
            if let Some(name) = &arg.name {
                parts.push(Piece::Tokens(quote!(#name =)));
                named.push(name.to_string());
            }
            match &arg.value {
                Expr::Lit(l) => {
                    if let syn::Lit::Str(s) = &l.lit {
                        captured.extend(captures(&s.value()).into_iter().map(|n| (n, s.span())));
                    }
                    parts.push(Piece::Tokens(l.to_token_stream()));
                }
                e => {
                    // What a debug assertion computes is computed there: it may cost, or fail, in debug builds alone.
                    let piece = if debug && !self.is_plain(e) { self.debug_operand(e)? } else { self.piece(e)? };
                    parts.push(piece);
                }
            }
            inner.push(parts);
        }
        for (name, span) in captured {
            if named.contains(&name) || name.chars().all(|c| c.is_ascii_digit()) {
                continue;
            }
            named.push(name.clone());
            let Ok(mut id) = syn::parse_str::<syn::Ident>(&name) else { continue };
            id.set_span(span);
            if self.env.get(&name).is_none() {
                continue;
            }
            let e: Expr = syn::parse_quote!(#id);
            let piece = self.piece(&e)?;
            inner.push(vec![Piece::Tokens(quote!(#id =)), piece]);
        }
        for (i, parts) in inner.into_iter().enumerate() {
            if i > 0 {
                pieces.push(Piece::Tokens(quote!(,)));
            }
            pieces.extend(parts);
        }
        Some(pieces)
    }

    fn is_plain(&self, e: &Expr) -> bool {
        super::stmt::single_ident(e).is_some()
    }

    /// Debug assertions are lowered like others: a comparison computed and unused costs nothing in release builds.
    fn debug_operand(&mut self, e: &Expr) -> Option<Piece> {
        self.piece(e)
    }

    fn piece(&mut self, e: &Expr) -> Option<Piece> {
        let op = self.expr(e, None);
        let op = self.settled(op, e.span());
        Some(match op {
            Operand::Value(v) => Piece::Value(v),
            Operand::Never => return None,
            Operand::Path(p) => Piece::Tokens(p.to_token_stream()),
            Operand::Place(p) | Operand::Ref(p, _) => {
                if self.is_scalar_place(&p) {
                    Piece::Value(self.load(&p, e.span()))
                } else {
                    Piece::Place(p)
                }
            }
            other => Piece::Place(self.as_place(other, e.span())?),
        })
    }

    fn vec_macro(&mut self, mac: &syn::Macro, want: Option<&Ty>) -> Operand {
        let span = mac.path.span();
        if let Ok(r) = syn::parse2::<VecRepeat>(mac.tokens.clone()) {
            let elem_want = want.and_then(|w| self.func.types.head(w).element().cloned());
            let elem = self.expr(&r.elem, elem_want.as_ref());
            let elem = self.settled(elem, r.elem.span());
            let ty = peeled(&self.ty_of(&elem));
            let Some(init) = self.as_repeated_init(elem, r.elem.span()) else { return Operand::Never };
            let Some(n) = self.scalar(&r.len, Some(&Ty::USIZE)) else { return Operand::Never };
            return Operand::Fresh(
                Init::Repeat { elem: Box::new(init), len: Count::Value(n), vec: true },
                Ty::Vec(Box::new(ty)),
            );
        }
        let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
        match parser.parse2(mac.tokens.clone()) {
            Ok(elems) if elems.is_empty() => {
                let elem = self.func.types.fresh();
                Operand::Fresh(Init::NewVec { capacity: None }, Ty::Vec(Box::new(elem)))
            }
            Ok(elems) => self.list(elems.iter(), true, want, span),
            Err(_) => {
                self.sink.error(span, m::MACRO, "vec");
                Operand::Never
            }
        }
    }

    fn matches_macro(&mut self, mac: &syn::Macro) -> Operand {
        let span = mac.path.span();
        let Ok(args) = syn::parse2::<MatchesArgs>(mac.tokens.clone()) else {
            self.sink.error(span, m::MACRO, "matches");
            return Operand::Never;
        };
        let op = self.expr(&args.value, None);
        let op = self.settled(op, span);
        match self.arm_condition(&args.pat, args.guard.as_ref(), op) {
            Some(v) => Operand::Value(v),
            None => Operand::Never,
        }
    }
}

struct FormatArg {
    name: Option<syn::Ident>,
    value: Expr,
}

impl syn::parse::Parse for FormatArg {
    fn parse(input: syn::parse::ParseStream<'_>) -> syn::Result<Self> {
        let name = if input.peek(syn::Ident) && input.peek2(Token![=]) && !input.peek2(Token![==]) {
            let name = input.parse()?;
            input.parse::<Token![=]>()?;
            Some(name)
        } else {
            None
        };
        Ok(FormatArg { name, value: input.parse()? })
    }
}

struct VecRepeat {
    elem: Expr,
    len: Expr,
}

impl syn::parse::Parse for VecRepeat {
    fn parse(input: syn::parse::ParseStream<'_>) -> syn::Result<Self> {
        let elem = input.parse()?;
        input.parse::<Token![;]>()?;
        Ok(VecRepeat { elem, len: input.parse()? })
    }
}

struct MatchesArgs {
    value: Expr,
    pat: syn::Pat,
    guard: Option<Expr>,
}

impl syn::parse::Parse for MatchesArgs {
    fn parse(input: syn::parse::ParseStream<'_>) -> syn::Result<Self> {
        let value = input.parse()?;
        input.parse::<Token![,]>()?;
        let pat = syn::Pat::parse_multi_with_leading_vert(input)?;
        let guard = if input.peek(Token![if]) {
            input.parse::<Token![if]>()?;
            Some(input.parse()?)
        } else {
            None
        };
        input.parse::<Option<Token![,]>>()?;
        Ok(MatchesArgs { value, pat, guard })
    }
}

/// The names captured by a format string: `x` in `{x:.3}`, `w` in `{:w$}`.
fn captures(s: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = s;
    while let Some(at) = rest.find('{') {
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('{') {
            rest = after;
            continue;
        }
        let Some(end) = rest.find('}') else { break };
        let (spec, after) = rest.split_at(end);
        rest = after;
        let (name, format) = spec.split_once(':').unwrap_or((spec, ""));
        if !name.trim().is_empty() {
            names.push(name.trim().to_string());
        }
        for part in format.split('$').rev().skip(1) {
            let word: String = part.chars().rev().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let word: String = word.chars().rev().collect();
            if word.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_') {
                names.push(word);
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn format_strings_name_what_they_capture() {
        assert_eq!(captures("{x:.3} {{y}} {} {0} {z:w$.p$}"), ["x", "0", "z", "p", "w"]);
    }
}
