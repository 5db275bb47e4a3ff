//! Items of inner blocks, which the emitted code repeats at the head of its functions, get names that mean there what
//! they mean in their block:
//!
//! ```text
//! let a = { const C: f64 = 2.0; C * x };      let a = { const C_2: f64 = 2.0; C_2 * x };
//! let b = { const C: f64 = 3.0; C * x };  =>  let b = { const C_3: f64 = 3.0; C_3 * x };
//! ```
//!
//! A `use` that several blocks repeat keeps its name, where nothing else has that name. What the compiler knows by its
//! name (`mem`, `stop_gradient`) keeps it too: the fence refuses it if it would be confused.

use crate::words::{self, Words};
use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use std::collections::{BTreeMap, BTreeSet};
use syn::{Block, Item, Stmt};

/// The names that an item brings into its block.
pub fn introduced(item: &Item) -> Vec<&Ident> {
    match item {
        Item::Type(t) => vec![&t.ident],
        Item::Use(u) => {
            let mut names = Vec::new();
            imported(&u.tree, &mut names);
            names
        }
        other => named(other).into_iter().collect(),
    }
}

/// The name of a constant or function.
pub fn named(item: &Item) -> Option<&Ident> {
    match item {
        Item::Const(c) => Some(&c.ident),
        Item::Static(s) => Some(&s.ident),
        Item::Fn(f) => Some(&f.sig.ident),
        Item::Use(_) | Item::Type(_) => None,
        _ => None,
    }
}

fn imported<'t>(tree: &'t syn::UseTree, names: &mut Vec<&'t Ident>) {
    match tree {
        syn::UseTree::Path(p) => imported(&p.tree, names),
        syn::UseTree::Name(n) if n.ident != "self" => names.push(&n.ident),
        syn::UseTree::Rename(r) if r.rename != "_" => names.push(&r.rename),
        syn::UseTree::Group(g) => g.items.iter().for_each(|t| imported(t, names)),
        syn::UseTree::Name(_) | syn::UseTree::Rename(_) | syn::UseTree::Glob(_) => {}
    }
}

/// The function with the items of its inner blocks renamed where they must be; `None` if they need not.
pub fn rename(item: &syn::ItemFn, words: &Words) -> Option<syn::ItemFn> {
    if !may_have_items(words) {
        return None;
    }
    let shared = shared(&item.block, words);
    let mut hoist = Hoist { words: words.clone(), shared, renamed: false };
    let stmts: TokenStream = item.block.stmts.iter().map(|s| hoist.nested(s.to_token_stream())).collect();
    if !hoist.renamed {
        return None;
    }
    let mut out = item.clone();
    // What was a list of statements still is one.
    out.block.stmts = syn::parse::Parser::parse2(Block::parse_within, stmts).ok()?;
    Some(out)
}

/// Whether a function of these words may have items in its body; itself it has one `fn`.
fn may_have_items(words: &Words) -> bool {
    let some = |w: &&str| words.get(*w).copied().unwrap_or(0) > usize::from(*w == "fn");
    ITEM_WORDS.iter().any(some)
}

/// What items in bodies begin with.
const ITEM_WORDS: [&str; 5] = ["use", "const", "static", "fn", "type"];

/// Names that blocks import by the same `use`, each time from outside, and that stand for nothing else.
pub fn shared(body: &Block, words: &Words) -> BTreeSet<String> {
    if !may_have_items(words) {
        return BTreeSet::new();
    }
    let mut found: BTreeMap<String, Found> = BTreeMap::new();
    for s in &body.stmts {
        visit(s.to_token_stream(), &mut |items, block| {
            let here = words::count(block.clone());
            for item in items {
                for id in introduced(item) {
                    let name = id.to_string();
                    let of = found.entry(name.clone()).or_default();
                    of.inside += here.get(&name).copied().unwrap_or(0);
                    of.texts.insert(match item {
                        Item::Use(u) => u.to_token_stream().to_string(),
                        _ => String::new(),
                    });
                    of.from = match item {
                        Item::Use(u) => first_segment(&u.tree),
                        _ => None,
                    };
                }
            }
        });
    }
    let local: BTreeSet<String> = found.keys().cloned().collect();
    let shared = found.into_iter().filter(|(name, f)| {
        let same = f.texts.len() == 1 && f.from.as_ref().is_some_and(|from| !local.contains(from));
        same && words.get(name) == Some(&f.inside)
    });
    shared.map(|(name, _)| name).collect()
}

#[derive(Default)]
struct Found {
    /// How often the name occurs in blocks that introduce it.
    inside: usize,
    texts: BTreeSet<String>,
    /// What the path of the `use` begins with.
    from: Option<String>,
}

fn first_segment(tree: &syn::UseTree) -> Option<String> {
    match tree {
        syn::UseTree::Path(p) => Some(p.ident.to_string()),
        syn::UseTree::Name(_) | syn::UseTree::Rename(_) | syn::UseTree::Glob(_) | syn::UseTree::Group(_) => None,
    }
}

/// Calls `f` with the items of each block in the tokens, and the block.
fn visit(tokens: TokenStream, f: &mut dyn FnMut(&[Item], &TokenStream)) {
    for t in tokens {
        if let TokenTree::Group(g) = t {
            let items = items(&g);
            if !items.is_empty() {
                f(&items, &g.stream());
            }
            visit(g.stream(), f);
        }
    }
}

/// The items of a group, if it is a block that has some.
fn items(group: &Group) -> Vec<Item> {
    let may = group.delimiter() == Delimiter::Brace
        && group.stream().into_iter().any(|t| matches!(&t, TokenTree::Ident(id) if ITEM_WORDS.iter().any(|w| id == w)));
    if !may {
        return Vec::new();
    }
    let stmts = syn::parse::Parser::parse2(Block::parse_within, group.stream()).unwrap_or_default();
    stmts
        .into_iter()
        .filter_map(|s| match s {
            Stmt::Item(item) => Some(item),
            Stmt::Local(_) | Stmt::Expr(..) | Stmt::Macro(_) => None,
        })
        .collect()
}

struct Hoist {
    words: Words,
    shared: BTreeSet<String>,
    renamed: bool,
}

impl Hoist {
    /// The tokens with the blocks in them renamed, innermost first.
    fn nested(&mut self, tokens: TokenStream) -> TokenStream {
        tokens
            .into_iter()
            .map(|t| match t {
                TokenTree::Group(g) => TokenTree::Group(self.group(&g)),
                t => t,
            })
            .collect()
    }

    fn group(&mut self, group: &Group) -> Group {
        let mut stream = self.nested(group.stream());
        let items = items(group);
        for id in items.iter().flat_map(introduced) {
            let name = id.to_string();
            let here = words::count(group.stream());
            let alone = here.get(&name) == self.words.get(&name);
            if alone || self.shared.contains(&name) || known_by_name(&name) || formatted(group.stream(), &name) {
                continue;
            }
            let mut fresh = Ident::new(&self.fresh(&name), id.span());
            stream = substituted(stream, &name, &mut fresh);
            self.renamed = true;
        }
        let mut out = Group::new(group.delimiter(), stream);
        out.set_span(group.span());
        out
    }

    /// `C_2`, and of types `Local2`.
    fn fresh(&mut self, name: &str) -> String {
        let camel = name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase);
        let mut k = 2;
        loop {
            let fresh = if camel { format!("{name}{k}") } else { format!("{name}_{k}") };
            if !self.words.contains_key(&fresh) {
                self.words.insert(fresh.clone(), 1);
                return fresh;
            }
            k += 1;
        }
    }
}

/// Names that the lowering looks at.
fn known_by_name(name: &str) -> bool {
    let known = ["stop_gradient", "mem", "ptr", "iter", "cmp", "Vec", "f32", "f64", "differentiate"];
    known.contains(&name) || crate::ir::ty::INTS.contains(&name)
}

/// Whether a string in the tokens may print the name: `println!("{C}")`.
fn formatted(tokens: TokenStream, name: &str) -> bool {
    tokens.into_iter().any(|t| match t {
        TokenTree::Literal(l) => l.to_string().contains(&format!("{{{name}")),
        TokenTree::Group(g) => formatted(g.stream(), name),
        TokenTree::Ident(_) | TokenTree::Punct(_) => false,
    })
}

/// The tokens with a name replaced, but for fields, methods, later segments of paths and macros of that name. What a
/// `use` imports under the name keeps its own: `use a::C` becomes `use a::C as C_2`.
fn substituted(tokens: TokenStream, name: &str, fresh: &mut Ident) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is = |k: Option<usize>, c: char| matches!(k.and_then(|k| tokens.get(k)), Some(TokenTree::Punct(p)) if p.as_char() == c);
    let mut out = TokenStream::new();
    let mut in_use = false;
    for (i, t) in tokens.iter().enumerate() {
        let (before, before2) = (i.checked_sub(1), i.checked_sub(2));
        match t {
            TokenTree::Ident(id) if id == "use" => {
                in_use = true;
                id.to_tokens(&mut out);
            }
            TokenTree::Ident(id) if id == name => {
                let member = is(before, '.') && !is(before2, '.') || is(before, '\'');
                let inner = is(before, ':') && is(before2, ':');
                let called = is(Some(i + 1), '!') && matches!(tokens.get(i + 2), Some(TokenTree::Group(_)));
                fresh.set_span(id.span());
                if in_use {
                    out.extend(imported_as(&tokens, i, fresh));
                } else if member || inner || called {
                    id.to_tokens(&mut out);
                } else {
                    fresh.to_tokens(&mut out);
                }
            }
            TokenTree::Group(g) => {
                let stream = if in_use {
                    // `use a::{b, C};`
                    let inner: Vec<TokenTree> = g.stream().into_iter().collect();
                    let mut inside = TokenStream::new();
                    for (k, t) in inner.iter().enumerate() {
                        match t {
                            TokenTree::Ident(id) if id == name => inside.extend(imported_as(&inner, k, fresh)),
                            t => t.to_tokens(&mut inside),
                        }
                    }
                    inside
                } else {
                    substituted(g.stream(), name, fresh)
                };
                let mut group = Group::new(g.delimiter(), stream);
                group.set_span(g.span());
                group.to_tokens(&mut out);
            }
            TokenTree::Punct(p) => {
                in_use &= p.as_char() != ';';
                p.to_tokens(&mut out);
            }
            t => t.to_tokens(&mut out),
        }
    }
    out
}

/// An occurrence of the name in a `use`: what is imported, what it is called, or part of a path.
fn imported_as(tokens: &[TokenTree], i: usize, fresh: &Ident) -> TokenStream {
    let own = &tokens[i];
    let follows = |k: usize, word: &str| matches!(tokens.get(k), Some(TokenTree::Ident(id)) if id == word);
    let path = matches!(tokens.get(i + 1), Some(TokenTree::Punct(p)) if p.as_char() == ':');
    if i > 0 && follows(i - 1, "as") {
        return fresh.to_token_stream();
    }
    if path || follows(i + 1, "as") {
        return own.to_token_stream();
    }
    quote!(#own as #fresh)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn renamed(item: TokenStream) -> Option<String> {
        let item: syn::ItemFn = syn::parse2(item).expect("a function");
        rename(&item, &words::count(item.to_token_stream())).map(|f| f.block.to_token_stream().to_string())
    }

    #[test]
    fn constants_of_two_blocks_are_told_apart() {
        let out = renamed(quote!(
            fn f(x: f64) -> f64 {
                let a = {
                    const C: f64 = 2.0;
                    C * x
                };
                let b = {
                    use m::C;
                    C * x.C(0..C) * m::C
                };
                a + b
            }
        ));
        let expected = quote!({
            let a = {
                const C_2: f64 = 2.0;
                C_2 * x
            };
            let b = {
                use m::C as C_3;
                C_3 * x.C(0..C_3) * m::C
            };
            a + b
        });
        assert_eq!(out, Some(expected.to_string()));
    }

    #[test]
    fn the_same_import_in_two_blocks_stays() {
        let item = quote!(
            fn f(x: f64) -> f64 {
                let a = {
                    use std::f64::consts::PI;
                    PI * x
                };
                let b = {
                    use std::f64::consts::PI;
                    PI * x * x
                };
                a + b
            }
        );
        assert_eq!(renamed(item), None);
    }

    #[test]
    fn a_name_that_hides_a_parameter_is_changed() {
        let out = renamed(quote!(
            fn f(k: f64) -> f64 {
                {
                    const k: f64 = 2.0;
                    k
                }
            }
        ));
        assert_eq!(
            out,
            Some(
                quote!({
                    {
                        const k_2: f64 = 2.0;
                        k_2
                    }
                })
                .to_string()
            )
        );
    }
}
