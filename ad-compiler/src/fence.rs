//! The fence: what no lowering could make sense of is refused by its syntax alone, before any work, so that all such
//! mistakes of a function are reported at once.
//!
//! What needs a type or a value to be judged is left to the lowering. Bodies of nested items are functions of their
//! own and are not looked at. Every kind of syntax is named here; what syn adds later is refused until it is.

use crate::diag::Sink;
use crate::hoist::{self, introduced, named};
use crate::lower::attrs;
use crate::messages as m;
use crate::options::Cfgs;
use crate::words::{self, Words};
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use std::collections::BTreeSet;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Block, Expr, Item, Local, Pat, Stmt, Token, Type};

/// Refuses what stands in the body of a function whose words are given. `cfgs` tells which statements are there at all,
/// `own` which types the user declares.
pub fn check(item: &syn::ItemFn, words: &Words, cfgs: &Cfgs, own: &dyn Fn(&str) -> bool, sink: &mut Sink) {
    let shared = hoist::shared(&item.block, words);
    let mut fence = Fence { cfgs, sink, words, shared, own, is_method: item.sig.receiver().is_some() };
    for input in &item.sig.inputs {
        if let syn::FnArg::Typed(t) = input {
            if let Some(a) = t.attrs.iter().find(|a| a.path().is_ident("cfg") || a.path().is_ident("cfg_attr")) {
                fence.sink.error(a.span(), m::CFG_POSITION, "");
            }
            fence.pat(&t.pat);
        }
    }
    let mut names = vec![item.sig.ident.to_string()];
    for input in &item.sig.inputs {
        if let syn::FnArg::Typed(t) = input {
            names.extend(words::count(t.pat.to_token_stream()).into_keys());
        }
    }
    for stmt in &item.block.stmts {
        if let Stmt::Item(i) = stmt
            && let Some(id) = named(i)
            && names.contains(&id.to_string())
        {
            fence.sink.error(id.span(), m::ITEM_HIDES, id.to_string());
        }
    }
    fence.statements(&item.block.stmts);
}

struct Fence<'a> {
    cfgs: &'a Cfgs,
    sink: &'a mut Sink,
    /// How often each name occurs in the function.
    words: &'a Words,
    /// Whether a type of that name is the user's.
    own: &'a dyn Fn(&str) -> bool,
    /// Names that several blocks import in the same way.
    shared: BTreeSet<String>,
    is_method: bool,
}

impl Fence<'_> {
    fn is_off(&self, attrs: &[Attribute]) -> bool {
        !attrs.iter().all(|a| match &a.meta {
            syn::Meta::List(list) if list.path.is_ident("cfg") => self.cfgs.is_on(&list.tokens.to_string()),
            _ => true,
        })
    }

    /// Of a method the signature's error says all.
    fn no_self(&mut self, span: Span) {
        if !self.is_method {
            self.sink.error(span, m::SELF, "self");
        }
    }

    /// A `#[cfg]` inside an expression would be lost: the driver resolves those of statements and of arms.
    fn no_cfg(&mut self, attrs: &[Attribute]) {
        for a in attrs {
            if a.path().is_ident("cfg") || a.path().is_ident("cfg_attr") {
                self.sink.error(a.span(), m::CFG_POSITION, "");
            }
        }
    }

    /// `#[cfg_attr(…, cfg(…))]` on what may have a `#[cfg]`.
    fn no_hidden_cfg(&mut self, attrs: &[Attribute]) {
        for a in attrs {
            if a.path().is_ident("cfg_attr") && contains_word(a.meta.to_token_stream(), "cfg") {
                self.sink.error(a.span(), m::CFG_POSITION, "");
            }
        }
    }

    /// A block that is not the function's own: its items are emitted at the head of the function, so they must mean
    /// there what they mean here.
    fn block(&mut self, block: &Block) {
        let mut here: Option<Words> = None;
        for stmt in &block.stmts {
            let Stmt::Item(item) = stmt else { continue };
            if let Item::Use(u) = item
                && let Some(glob) = glob(&u.tree)
            {
                self.sink.error(glob, m::GLOB_IN_BLOCK, "");
                continue;
            }
            for id in introduced(item) {
                let here = here.get_or_insert_with(|| words::count(block.to_token_stream()));
                let name = id.to_string();
                if here.get(&name) != self.words.get(&name) && !self.shared.contains(&name) {
                    self.sink.error(id.span(), m::ITEM_HIDES, name);
                }
            }
        }
        self.statements(&block.stmts);
    }

    fn statements(&mut self, stmts: &[Stmt]) {
        for stmt in stmts {
            match stmt {
                Stmt::Local(local) => {
                    if !self.is_off(&local.attrs) {
                        self.no_hidden_cfg(&local.attrs);
                        self.local(local);
                    }
                }
                Stmt::Item(item) => self.item(item),
                Stmt::Expr(e, _) => {
                    let attrs = attrs(e);
                    if !self.is_off(attrs) {
                        self.no_hidden_cfg(attrs);
                        self.expr_of_statement(e);
                    }
                }
                Stmt::Macro(mac) => {
                    if !self.is_off(&mac.attrs) {
                        self.no_hidden_cfg(&mac.attrs);
                        self.mac(&mac.mac);
                    }
                }
            }
        }
    }

    fn local(&mut self, local: &Local) {
        if let Some((else_token, _)) = local.init.as_ref().and_then(|i| i.diverge.as_ref()) {
            let _ = else_token;
            self.pat(&local.pat);
        } else {
            if local.init.is_none() && !may_wait(&local.pat) {
                self.sink.error(local.pat.span(), m::PATTERN, text(&local.pat));
            }
            self.pat(&local.pat);
        }
        if let Some(init) = &local.init {
            self.expr(&init.expr);
        }
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::Const(c) => {
                self.no_hidden_cfg(&c.attrs);
                self.ty(&c.ty);
            }
            Item::Static(s) => match s.mutability {
                syn::StaticMutability::None => self.ty(&s.ty),
                _ => self.sink.error(s.static_token.span(), m::STATIC_MUT, ""),
            },
            Item::Use(_) | Item::Fn(_) => {}
            Item::Type(t) => {
                if t.attrs.iter().any(|a| a.path().is_ident("cfg") || a.path().is_ident("cfg_attr")) {
                    self.sink.error(t.type_token.span(), m::CFG_POSITION, "");
                }
                self.ty(&t.ty);
            }
            Item::Enum(i) => self.sink.error(i.enum_token.span(), m::ITEM_IN_BODY, ""),
            Item::Struct(i) => self.sink.error(i.struct_token.span(), m::ITEM_IN_BODY, ""),
            Item::Union(i) => self.sink.error(i.union_token.span(), m::ITEM_IN_BODY, ""),
            Item::Trait(i) => self.sink.error(i.trait_token.span(), m::ITEM_IN_BODY, ""),
            Item::TraitAlias(i) => self.sink.error(i.trait_token.span(), m::ITEM_IN_BODY, ""),
            Item::Impl(i) => self.sink.error(i.impl_token.span(), m::ITEM_IN_BODY, ""),
            Item::Mod(i) => self.sink.error(i.mod_token.span(), m::ITEM_IN_BODY, ""),
            Item::ExternCrate(i) => self.sink.error(i.extern_token.span(), m::ITEM_IN_BODY, ""),
            Item::ForeignMod(i) => self.sink.error(i.abi.span(), m::ITEM_IN_BODY, ""),
            Item::Macro(i) => self.sink.error(i.mac.path.span(), m::ITEM_IN_BODY, ""),
            other => self.sink.error(other.span(), m::ITEM_IN_BODY, ""),
        }
    }

    fn exprs<'e>(&mut self, es: impl IntoIterator<Item = &'e Expr>) {
        es.into_iter().for_each(|e| self.expr(e));
    }

    fn expr(&mut self, e: &Expr) {
        match e {
            // Their own attributes stand on the leftmost part.
            Expr::Assign(_) | Expr::Binary(_) | Expr::Cast(_) => {}
            e => self.no_cfg(attrs(e)),
        }
        self.expr_of_statement(e);
    }

    /// An expression whose attributes were looked at.
    fn expr_of_statement(&mut self, e: &Expr) {
        match e {
            Expr::Lit(l) => self.lit(l),
            Expr::Path(p) => {
                if let Some(id) = p.path.get_ident().filter(|id| *id == "self") {
                    self.no_self(id.span());
                }
                // `Cell::new`
                if let Some(of) = p.path.segments.iter().rev().nth(1)
                    && is_interior(&of.ident)
                    && !(self.own)(&of.ident.to_string())
                {
                    self.sink.error(of.ident.span(), m::INTERIOR, of.ident.to_string());
                }
            }
            Expr::Continue(_) | Expr::Infer(_) => {}
            Expr::Paren(p) => self.expr(&p.expr),
            Expr::Group(g) => self.expr(&g.expr),
            Expr::Unary(u) => match u.op {
                syn::UnOp::Deref(_) | syn::UnOp::Neg(_) | syn::UnOp::Not(_) => self.expr(&u.expr),
                _ => self.sink.error(u.op.span(), m::EXPRESSION, text(u)),
            },
            Expr::Binary(b) => {
                self.expr_of_statement(&b.left);
                self.expr(&b.right);
            }
            Expr::Assign(a) => {
                self.expr_of_statement(&a.left);
                self.expr(&a.right);
            }
            Expr::Cast(c) => {
                self.expr_of_statement(&c.expr);
                self.ty(&c.ty);
            }
            Expr::Block(b) => self.block(&b.block),
            Expr::If(i) => {
                self.expr(&i.cond);
                self.block(&i.then_branch);
                if let Some((_, e)) = &i.else_branch {
                    self.expr(e);
                }
            }
            Expr::Match(m) => {
                self.expr(&m.expr);
                for arm in m.arms.iter().filter(|a| !self.is_off(&a.attrs)).collect::<Vec<_>>() {
                    self.no_hidden_cfg(&arm.attrs);
                    self.pat(&arm.pat);
                    self.expr(&arm.body);
                }
            }
            Expr::ForLoop(f) => {
                self.pat(&f.pat);
                self.expr(&f.expr);
                self.block(&f.body);
            }
            Expr::While(w) => {
                self.expr(&w.cond);
                self.block(&w.body);
            }
            Expr::Loop(l) => self.block(&l.body),
            Expr::Break(b) => self.exprs(b.expr.as_deref()),
            Expr::Return(r) => self.exprs(r.expr.as_deref()),
            Expr::Call(c) => {
                // `Some(x)` and the like are the lowering's.
                self.expr(&c.func);
                self.exprs(&c.args);
            }
            Expr::MethodCall(c) => {
                self.expr(&c.receiver);
                self.exprs(&c.args);
                for arg in c.turbofish.iter().flat_map(|t| &t.args) {
                    if let syn::GenericArgument::Type(t) = arg {
                        self.ty(t);
                    }
                }
            }
            Expr::Macro(mac) => self.mac(&mac.mac),
            Expr::Index(i) => {
                self.expr(&i.expr);
                self.expr(&i.index);
            }
            Expr::Field(f) => match &f.member {
                syn::Member::Unnamed(_) => self.expr(&f.base),
                syn::Member::Named(name) => match &*f.base {
                    // `self.x` is one mistake.
                    Expr::Path(p) if p.path.is_ident("self") => self.no_self(p.span()),
                    base => {
                        let _ = name;
                        self.expr(base);
                    }
                },
            },
            Expr::Tuple(t) => self.exprs(&t.elems),
            Expr::Array(a) => self.exprs(&a.elems),
            Expr::Repeat(r) => self.expr(&r.expr),
            Expr::Reference(r) => self.expr(&r.expr),
            Expr::Range(r) => {
                self.exprs(r.start.as_deref());
                self.exprs(r.end.as_deref());
            }
            Expr::Closure(c) => {
                if let Some(t) = &c.asyncness {
                    self.sink.error(t.span(), m::ASYNC, "");
                    return;
                }
                c.inputs.iter().for_each(|p| self.pat(p));
                if let syn::ReturnType::Type(_, ty) = &c.output {
                    self.ty(ty);
                }
                self.expr(&c.body);
            }
            // A block of constants: the compiler needs not look into it.
            Expr::Const(_) => {}
            Expr::Let(l) => {
                self.pat(&l.pat);
                self.expr(&l.expr);
            }
            Expr::Try(t) => self.expr(&t.expr),
            Expr::Struct(s) => {
                self.exprs(s.fields.iter().map(|f| &f.expr));
                self.exprs(s.rest.as_deref());
            }
            Expr::Unsafe(u) => self.sink.error(u.unsafe_token.span(), m::UNSAFE, ""),
            Expr::Async(a) => self.sink.error(a.async_token.span(), m::ASYNC, ""),
            Expr::Await(a) => {
                self.sink.error(a.await_token.span(), m::ASYNC, "");
                self.expr(&a.base);
            }
            Expr::RawAddr(r) => self.sink.error(r.raw.span(), m::RAW_POINTER, ""),
            Expr::TryBlock(t) => self.sink.error(t.try_token.span(), m::EXPRESSION, "try { … }"),
            Expr::Yield(y) => self.sink.error(y.yield_token.span(), m::EXPRESSION, "yield"),
            Expr::Verbatim(t) => self.sink.error(t.span(), m::EXPRESSION, t.to_string()),
            other => self.sink.error(other.span(), m::EXPRESSION, text(other)),
        }
    }

    fn lit(&mut self, l: &syn::ExprLit) {
        match &l.lit {
            syn::Lit::Str(_) | syn::Lit::ByteStr(_) | syn::Lit::CStr(_) | syn::Lit::Byte(_) | syn::Lit::Char(_) => {}
            syn::Lit::Int(_) | syn::Lit::Float(_) | syn::Lit::Bool(_) => {}
            other => self.sink.error(other.span(), m::EXPRESSION, text(other)),
        }
    }

    fn pat(&mut self, p: &Pat) {
        match p {
            Pat::Wild(_) | Pat::Rest(_) | Pat::Path(_) | Pat::Lit(_) => {}
            Pat::Const(c) => self.sink.error(c.const_token.span(), m::PATTERN, text(p)),
            Pat::Ident(id) => {
                if let Some((_, sub)) = &id.subpat {
                    self.pat(sub);
                }
            }
            Pat::Guard(g) => {
                self.pat(&g.pat);
                self.expr(&g.guard);
            }
            Pat::Or(o) => o.cases.iter().for_each(|p| self.pat(p)),
            Pat::Paren(p) => self.pat(&p.pat),
            Pat::Range(r) => {
                self.exprs(r.start.as_deref());
                self.exprs(r.end.as_deref());
            }
            Pat::Reference(r) => self.pat(&r.pat),
            Pat::Slice(s) => s.elems.iter().for_each(|p| self.pat(p)),
            Pat::Tuple(t) => t.elems.iter().for_each(|p| self.pat(p)),
            Pat::Type(t) => {
                self.pat(&t.pat);
                self.ty(&t.ty);
            }
            Pat::Struct(s) => s.fields.iter().for_each(|f| self.pat(&f.pat)),
            Pat::TupleStruct(s) => s.elems.iter().for_each(|p| self.pat(p)),
            Pat::Macro(mac) => self.sink.error(mac.mac.path.span(), m::PATTERN, text(p)),
            Pat::Verbatim(t) => self.sink.error(t.span(), m::PATTERN, t.to_string()),
            other => self.sink.error(other.span(), m::PATTERN, text(other)),
        }
    }

    fn ty(&mut self, ty: &Type) {
        match ty {
            Type::ImplTrait(t) => self.sink.error(t.impl_token.span(), m::IMPL_TRAIT, ""),
            Type::TraitObject(t) => self.sink.error(t.span(), m::DYN_TRAIT, ""),
            Type::Ptr(t) => self.sink.error(t.star_token.span(), m::RAW_POINTER, ""),
            Type::Reference(r) => self.ty(&r.elem),
            Type::Slice(s) => self.ty(&s.elem),
            Type::Array(a) => self.ty(&a.elem),
            Type::Tuple(t) => t.elems.iter().for_each(|t| self.ty(t)),
            Type::Paren(p) => self.ty(&p.elem),
            Type::Group(g) => self.ty(&g.elem),
            Type::Path(p) => {
                for segment in &p.path.segments {
                    if let syn::PathArguments::AngleBracketed(args) = &segment.arguments {
                        for arg in &args.args {
                            if let syn::GenericArgument::Type(t) = arg {
                                self.ty(t);
                            }
                        }
                    }
                }
            }
            // What they stand for is rustc's to say; the lowering asks for a type where it needs one.
            Type::FnPtr(_) | Type::Infer(_) | Type::Macro(_) | Type::Never(_) | Type::Verbatim(_) => {}
            _ => {}
        }
    }

    /// The macros of std that the lowering knows; their arguments are expressions.
    fn mac(&mut self, mac: &syn::Macro) {
        let name = mac.path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
        let first = mac.path.segments.first().map(|s| s.ident.to_string()).unwrap_or_default();
        let of_std = mac.path.segments.len() == 1 || matches!(first.as_str(), "std" | "core" | "alloc");
        let known = crate::lower::FORMATTING.iter().any(|(n, _)| *n == name)
            || matches!(name.as_str(), "vec" | "matches" | "cfg");
        if !of_std || !known {
            self.sink.error(mac.path.span(), m::MACRO, text(&mac.path));
            return;
        }
        match name.as_str() {
            "cfg" => {}
            "format" => self.sink.error(mac.path.span(), m::FORMAT_VALUE, ""),
            "vec" => {
                let repeat = |input: syn::parse::ParseStream<'_>| -> syn::Result<[Expr; 2]> {
                    let elem = input.parse()?;
                    input.parse::<Token![;]>()?;
                    Ok([elem, input.parse()?])
                };
                let list = Punctuated::<Expr, Token![,]>::parse_terminated;
                if let Ok(both) = repeat.parse2(mac.tokens.clone()) {
                    self.exprs(&both);
                } else if let Ok(elems) = list.parse2(mac.tokens.clone()) {
                    self.exprs(&elems);
                } else {
                    self.sink.error(mac.path.span(), m::MACRO, "vec");
                }
            }
            "matches" => {
                let parser = |input: syn::parse::ParseStream<'_>| -> syn::Result<(Expr, Pat, Option<Expr>)> {
                    let e = input.parse()?;
                    input.parse::<Token![,]>()?;
                    let p = Pat::parse_multi_with_leading_vert(input)?;
                    let guard = match input.parse::<Option<Token![if]>>()? {
                        Some(_) => Some(input.parse()?),
                        None => None,
                    };
                    input.parse::<Option<Token![,]>>()?;
                    Ok((e, p, guard))
                };
                match parser.parse2(mac.tokens.clone()) {
                    Ok((e, p, guard)) => {
                        self.expr(&e);
                        self.pat(&p);
                        self.exprs(&guard);
                    }
                    Err(_) => self.sink.error(mac.path.span(), m::MACRO, "matches"),
                }
            }
            _ => {
                let argument = |input: syn::parse::ParseStream<'_>| -> syn::Result<Expr> {
                    if input.peek(syn::Ident) && input.peek2(Token![=]) && !input.peek2(Token![==]) {
                        input.parse::<syn::Ident>()?;
                        input.parse::<Token![=]>()?;
                    }
                    input.parse()
                };
                let parser = |input: syn::parse::ParseStream<'_>| {
                    Punctuated::<Expr, Token![,]>::parse_terminated_with(input, argument)
                };
                match parser.parse2(mac.tokens.clone()) {
                    Ok(args) => self.exprs(&args),
                    Err(_) => self.sink.error(mac.path.span(), m::MACRO, name),
                }
            }
        }
    }
}

/// Whether a pattern can stand in `let pattern;`.
fn may_wait(p: &Pat) -> bool {
    match p {
        Pat::Ident(id) => id.subpat.is_none(),
        Pat::Tuple(t) => t.elems.iter().all(may_wait),
        Pat::Paren(p) => may_wait(&p.pat),
        Pat::Type(t) => may_wait(&t.pat),
        _ => false,
    }
}

/// Types of std whose contents change behind `&`.
pub fn is_interior(name: &syn::Ident) -> bool {
    let name = name.to_string();
    matches!(
        name.as_str(),
        "Cell" | "RefCell" | "OnceCell" | "UnsafeCell" | "LazyCell" | "Mutex" | "RwLock" | "OnceLock"
    ) || name.starts_with("Atomic")
}

fn text(tokens: &impl ToTokens) -> String {
    crate::diag::text(tokens.to_token_stream())
}

fn glob(tree: &syn::UseTree) -> Option<Span> {
    match tree {
        syn::UseTree::Path(p) => glob(&p.tree),
        syn::UseTree::Glob(g) => Some(g.star_token.span()),
        syn::UseTree::Group(g) => g.items.iter().find_map(glob),
        syn::UseTree::Name(_) | syn::UseTree::Rename(_) => None,
    }
}

fn contains_word(tokens: TokenStream, word: &str) -> bool {
    tokens.into_iter().any(|t| match t {
        TokenTree::Ident(id) => id == word,
        TokenTree::Group(g) => contains_word(g.stream(), word),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}
