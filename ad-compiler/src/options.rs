//! The options of the attribute, and the `#[cfg]`s of a body that were resolved.

use crate::diag::Sink;
use crate::messages as m;
use crate::signature::Options;
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::Parse;
use syn::spanned::Spanned;

/// Which `#[cfg(…)]` predicates of the body are on. rustc expands an attribute macro before the `cfg`s inside the
/// function, so the macro asks rustc: it emits the function twice, under `#[cfg(P)]` and under `#[cfg(not(P))]`,
/// each time saying in the options what holds, until no predicate is open.
#[derive(Default, Clone, Debug)]
pub struct Cfgs {
    known: Vec<(String, bool)>,
}

impl Cfgs {
    /// Whether the predicate is on. The driver has resolved all that occur.
    pub fn is_on(&self, predicate: &str) -> bool {
        self.known.iter().find(|(p, _)| p == predicate).is_none_or(|(_, on)| *on)
    }

    /// The first predicate in the body that is not resolved.
    pub fn open(&self, body: &TokenStream) -> Option<TokenStream> {
        let tokens: Vec<TokenTree> = body.clone().into_iter().collect();
        for (i, t) in tokens.iter().enumerate() {
            let TokenTree::Group(group) = t else { continue };
            let after_hash = i > 0 && matches!(&tokens[i - 1], TokenTree::Punct(p) if p.as_char() == '#');
            if after_hash {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                if let [TokenTree::Ident(name), TokenTree::Group(args)] = &inner[..]
                    && name == "cfg"
                {
                    let predicate = args.stream();
                    let key = predicate.to_string();
                    if self.known.iter().all(|(p, _)| *p != key) {
                        return Some(predicate);
                    }
                }
            }
            if let Some(found) = self.open(&group.stream()) {
                return Some(found);
            }
        }
        None
    }
}

/// A derivative that the user gives.
pub enum Custom {
    /// `partials(…)`: one expression per active argument.
    Partials { exprs: Vec<syn::Expr>, span: proc_macro2::Span },
    /// `vjp = path`, `jvp = path`: functions of the shapes of `f::vjp` and `f::jvp`.
    Paths { vjp: Option<syn::Path>, jvp: Option<syn::Path> },
    /// `implicit = path`: the function whose zero the result is.
    Implicit(syn::Path),
}

impl Custom {
    /// The option.
    pub fn name(&self) -> &'static str {
        match self {
            Custom::Partials { .. } => "partials",
            Custom::Implicit(_) => "implicit",
            Custom::Paths { vjp: Some(_), .. } => "vjp",
            Custom::Paths { .. } => "jvp",
        }
    }

    /// Where it stands.
    pub fn span(&self) -> proc_macro2::Span {
        match self {
            Custom::Partials { span, .. } => *span,
            Custom::Implicit(path) => path.span(),
            Custom::Paths { vjp, jvp } => {
                vjp.as_ref().or(jvp.as_ref()).map_or_else(proc_macro2::Span::call_site, Spanned::span)
            }
        }
    }
}

/// What stands in the parentheses of `#[differentiate(…)]`.
#[derive(Default)]
pub struct Attribute {
    pub signature: Options,
    pub custom: Option<Custom>,
    pub cfgs: Cfgs,
    /// `skip`: the function (or block) has no derivatives.
    pub skip: Option<proc_macro2::Span>,
    /// The tokens as given, to be passed on.
    pub tokens: TokenStream,
}

impl Attribute {
    /// The options of a block as they hold for each of its functions.
    pub fn for_method(&self) -> Attribute {
        Attribute {
            signature: self.signature.clone(),
            custom: None,
            cfgs: self.cfgs.clone(),
            skip: None,
            tokens: self.tokens.clone(),
        }
    }
}

/// Reads the options.
pub fn parse(tokens: TokenStream, sink: &mut Sink) -> Attribute {
    let mut out = Attribute { tokens: tokens.clone(), ..Attribute::default() };
    let parser = |input: syn::parse::ParseStream<'_>| -> syn::Result<Vec<Setting>> {
        let mut all = Vec::new();
        while !input.is_empty() {
            all.push(input.parse()?);
            if !input.is_empty() {
                input.parse::<syn::Token![,]>()?;
            }
        }
        Ok(all)
    };
    let settings = match syn::parse::Parser::parse2(parser, tokens.clone()) {
        Ok(all) => all,
        Err(e) => {
            sink.error(e.span(), m::OPTION, tokens.to_string());
            return out;
        }
    };
    let (mut vjp, mut jvp, mut implicit) = (None, None, None);
    for Setting { name, value } in settings {
        match (name.to_string().as_str(), value) {
            ("type", Some(v)) => match syn::parse2::<Ident>(v.clone()) {
                Ok(id) => out.signature.type_name = Some(id),
                Err(_) => sink.error(v.span(), m::OPTION_VALUE, "type"),
            },
            ("crate", Some(v)) => match syn::parse2::<syn::Path>(v.clone()) {
                Ok(path) => out.signature.krate = Some(path.to_token_stream()),
                Err(_) => sink.error(v.span(), m::OPTION_VALUE, "crate"),
            },
            ("partials", Some(v)) => match parenthesised(v.clone()) {
                Ok(exprs) => out.custom = Some(Custom::Partials { exprs, span: name.span() }),
                Err(_) => sink.error(v.span(), m::OPTION_VALUE, "partials"),
            },
            (rule @ ("vjp" | "jvp"), Some(v)) => match syn::parse2::<syn::Path>(v.clone()) {
                Ok(path) if rule == "vjp" => vjp = Some(path),
                Ok(path) => jvp = Some(path),
                Err(_) => sink.error(v.span(), m::OPTION_VALUE, rule),
            },
            ("implicit", Some(v)) => match syn::parse2::<syn::Path>(v.clone()) {
                Ok(path) if path.segments.iter().all(|s| s.arguments.is_none()) => implicit = Some(path),
                _ => sink.error(v.span(), m::OPTION_VALUE, "implicit"),
            },
            ("order", Some(v)) => match syn::parse2::<syn::LitInt>(v.clone()).and_then(|n| n.base10_parse::<usize>()) {
                Ok(n) if (1..=4).contains(&n) => out.signature.order = n,
                _ => sink.error(v.span(), m::OPTION_VALUE, "order"),
            },
            ("recursive", None) => out.signature.recursive = true,
            ("skip", None) => out.skip = Some(name.span()),
            ("__cfg_on", Some(v)) => out.cfgs.known.push((inner(v), true)),
            ("__cfg_off", Some(v)) => out.cfgs.known.push((inner(v), false)),
            ("type" | "crate" | "recursive" | "skip" | "partials" | "vjp" | "jvp" | "implicit" | "order", _) => {
                sink.error(name.span(), m::OPTION_VALUE, name.to_string())
            }
            ("fast", _) => {
                sink.error(name.span(), m::LATER_OPTION, name.to_string());
            }
            (other, _) => sink.error(name.span(), m::OPTION, other),
        }
    }
    if vjp.is_some() || jvp.is_some() {
        if let Some(Custom::Partials { span, .. }) = &out.custom {
            sink.error(*span, m::CUSTOM_TWICE, "");
        }
        out.custom = Some(Custom::Paths { vjp, jvp });
    }
    if let Some(path) = implicit {
        if out.custom.is_some() {
            sink.error(path.span(), m::IMPLICIT_TWICE, "");
        }
        out.custom = Some(Custom::Implicit(path));
    }
    out
}

/// The expressions in `(a, b)`.
fn parenthesised(group: TokenStream) -> syn::Result<Vec<syn::Expr>> {
    let inside = |input: syn::parse::ParseStream<'_>| {
        let content;
        syn::parenthesized!(content in input);
        content.parse_terminated(syn::Expr::parse, syn::Token![,])
    };
    Ok(syn::parse::Parser::parse2(inside, group)?.into_iter().collect())
}

/// The options with one more predicate resolved.
pub fn with_cfg(tokens: &TokenStream, predicate: &TokenStream, on: bool) -> TokenStream {
    let key = if on { quote!(__cfg_on) } else { quote!(__cfg_off) };
    if tokens.is_empty() { quote!(#key = (#predicate)) } else { quote!(#tokens, #key = (#predicate)) }
}

fn inner(v: TokenStream) -> String {
    match v.into_iter().next() {
        Some(TokenTree::Group(g)) => g.stream().to_string(),
        _ => String::new(),
    }
}

struct Setting {
    name: Ident,
    value: Option<TokenStream>,
}

impl Parse for Setting {
    fn parse(input: syn::parse::ParseStream<'_>) -> syn::Result<Self> {
        let name = syn::ext::IdentExt::parse_any(input)?;
        let mut value = None;
        if input.peek(syn::Token![=]) {
            input.parse::<syn::Token![=]>()?;
            let mut v = TokenStream::new();
            while !input.is_empty() && !input.peek(syn::Token![,]) {
                v.extend([input.parse::<TokenTree>()?]);
            }
            value = Some(v);
        } else if input.peek(syn::token::Paren) {
            let t: TokenTree = input.parse()?;
            value = Some(t.to_token_stream());
        }
        Ok(Setting { name, value })
    }
}
