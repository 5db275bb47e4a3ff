//! Statements and blocks.

use super::Lower;
use super::env::{Frame, FrameKind, Operand};
use super::location::start;
use crate::ir::{Init, OpKind, Place, Ty};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Block, Expr, Item, Local, Pat, Stmt};

impl Lower<'_> {
    /// A block: its statements in a scope of their own. Statements after an exit are dropped.
    pub(super) fn block(&mut self, block: &Block, want: Option<&Ty>) -> Operand {
        self.env.open();
        let result = self.statements(&block.stmts, want);
        self.env.close();
        result
    }

    fn statements(&mut self, stmts: &[Stmt], want: Option<&Ty>) -> Operand {
        // Items are in scope in the whole block.
        for stmt in stmts {
            if let Stmt::Item(item) = stmt {
                self.item(item);
            }
        }
        let mut result = Operand::Unit;
        for (i, stmt) in stmts.iter().enumerate() {
            let last = i + 1 == stmts.len();
            result = match stmt {
                Stmt::Local(local) => {
                    if self.cfg_enabled(&local.attrs) {
                        self.local(local)
                    } else {
                        Operand::Unit
                    }
                }
                Stmt::Item(_) => Operand::Unit,
                Stmt::Expr(e, semi) => {
                    if !self.cfg_enabled(super::expr::attrs(e)) {
                        Operand::Unit
                    } else {
                        let op = match (e, semi) {
                            (Expr::MethodCall(c), Some(_)) if c.method == "pop" && c.args.is_empty() => self.shorten(c),
                            (e, semi) => self.expr(e, if last && semi.is_none() { want } else { None }),
                        };
                        match (op, semi) {
                            (Operand::Never, _) => Operand::Never,
                            (_, Some(_)) => Operand::Unit,
                            (op, None) => op,
                        }
                    }
                }
                Stmt::Macro(mac) => {
                    if !self.cfg_enabled(&mac.attrs) {
                        Operand::Unit
                    } else {
                        let op = self.macro_call(&mac.mac, if last { want } else { None });
                        if mac.semi_token.is_some() && !matches!(op, Operand::Never) { Operand::Unit } else { op }
                    }
                }
            };
            if matches!(result, Operand::Never) {
                break;
            }
        }
        // A value of the block's own must outlive its scope: references to it cannot, places are read by then.
        result
    }

    /// Whether the statement is there, by the `#[cfg]`s on it, which the driver has resolved.
    pub(super) fn cfg_enabled(&self, attrs: &[syn::Attribute]) -> bool {
        attrs.iter().all(|a| match &a.meta {
            syn::Meta::List(list) if list.path.is_ident("cfg") => self.cfgs.is_on(&list.tokens.to_string()),
            _ => true,
        })
    }

    /// Items are repeated at the head of each emitted function.
    fn item(&mut self, item: &Item) {
        self.hide(item);
        match item {
            Item::Const(c) => {
                if !self.cfg_enabled(&c.attrs) {
                    return;
                }
                let ty = Ty::parse(&c.ty, &mut self.func.types);
                let path = syn::Path::from(c.ident.clone());
                let var = self.extern_var(&path);
                self.func.vars[var.index()].ty = ty;
                self.repeat(item);
            }
            Item::Static(s) if matches!(s.mutability, syn::StaticMutability::None) => {
                let ty = Ty::parse(&s.ty, &mut self.func.types);
                let path = syn::Path::from(s.ident.clone());
                let var = self.extern_var(&path);
                self.func.vars[var.index()].ty = ty;
                self.repeat(item);
            }
            Item::Fn(f) => {
                let generic = f.sig.generics.type_params().next().is_some();
                if let (syn::ReturnType::Type(_, ty), false) = (&f.sig.output, generic) {
                    let ty = Ty::parse(ty, &mut self.func.types);
                    // `[f64; N]` of the function's own `N` means nothing here.
                    let generic = f.sig.generics.params.iter().any(|p| match p {
                        syn::GenericParam::Const(c) => mentions(&f.sig.output, &c.ident),
                        syn::GenericParam::Type(t) => mentions(&f.sig.output, &t.ident),
                        syn::GenericParam::Lifetime(_) => false,
                    });
                    if !generic && !matches!(ty, Ty::Ref(..)) {
                        self.outputs.insert(f.sig.ident.to_string(), ty);
                    }
                }
                self.repeat(item);
            }
            Item::Use(_) => {
                self.repeat(item);
            }
            Item::Type(t) => {
                let ty = Ty::parse(&t.ty, &mut self.func.types);
                self.func.types.add_alias(t.ident.to_string(), ty);
                self.repeat(item);
            }
            other => {
                self.fenced(other.span());
            }
        }
    }

    /// Once: several blocks may have the same `use` (see `hoist`), and what follows a `chain` is lowered for each part.
    fn repeat(&mut self, item: &Item) {
        let tokens = item.to_token_stream();
        let text = tokens.to_string();
        if self.items.iter().all(|i| i.to_string() != text) {
            self.items.push(tokens);
        }
    }

    fn local(&mut self, local: &Local) -> Operand {
        let (pat, ty) = match &local.pat {
            Pat::Type(t) => {
                let ty = Ty::parse(&t.ty, &mut self.func.types);
                (&*t.pat, Some(ty))
            }
            pat => (pat, None),
        };
        let Some(init) = &local.init else {
            self.deferred(pat, ty);
            return Operand::Unit;
        };
        let span = start(&init.expr);
        let mut operand = self.expr(&init.expr, ty.as_ref());
        if matches!(operand, Operand::Never) {
            return Operand::Never;
        }
        // `None` says nothing of what might be there, the annotation does.
        if let (Operand::Path(p), Some(Ty::Option(_))) = (&operand, &ty)
            && super::record::is_unit(&p.path)
        {
            operand = self.constructor(&p.path, Vec::new(), span);
        }
        if let Some((_, diverge)) = &init.diverge {
            return self.let_else(pat, operand, diverge);
        }
        if let Some(ty) = &ty {
            self.annotate(&operand, ty, span);
        }
        self.bind_irrefutable(pat, operand);
        Operand::Unit
    }

    /// A type that the user wrote for a value.
    pub(super) fn annotate(&mut self, operand: &Operand, ty: &Ty, span: proc_macro2::Span) {
        let from = self.ty_of(operand);
        let _ = self.func.types.unify(&from, ty);
        // `let a: [f64; N] = helper(x)`: the annotation knows more than what the call said.
        if let Operand::Owned(var) = operand
            && !matches!(ty, Ty::Ref(..))
            && ty.may_hold_float()
            && !matches!(self.func.types.resolve(ty), Ty::Var(_) | Ty::Other(_))
        {
            self.func.vars[var.index()].ty = ty.clone();
            self.func.vars[var.index()].annotated = true;
        }
        let _ = span;
    }

    /// `let x;`, assigned later.
    fn deferred(&mut self, pat: &Pat, ty: Option<Ty>) {
        match pat {
            Pat::Ident(id) => {
                let ty = ty.unwrap_or_else(|| self.func.types.fresh());
                let var = self.declare(&id.ident.to_string(), ty, Init::Uninit, id.ident.span());
                let region = self.cur;
                self.env.bind(id.ident.to_string(), Operand::Place(Place::whole(var)), region);
            }
            Pat::Tuple(t) => {
                let tys: Vec<Option<Ty>> = match ty {
                    Some(Ty::Tuple(tys)) => tys.into_iter().map(Some).collect(),
                    _ => vec![None; t.elems.len()],
                };
                for (p, ty) in t.elems.iter().zip(tys) {
                    self.deferred(p, ty);
                }
            }
            Pat::Paren(p) => self.deferred(&p.pat, ty),
            other => {
                self.fenced(other.span());
            }
        }
    }

    /// A labelled block.
    pub(super) fn labelled_block(&mut self, label: String, block: &Block, want: Option<&Ty>) -> Operand {
        let span = block.span();
        let want = want.cloned();
        self.framed(Frame::new(Some(label), FrameKind::Block, None, None), span, |this| {
            this.block(block, want.as_ref())
        })
    }

    pub(super) fn effect(
        &mut self,
        path: proc_macro2::TokenStream,
        pieces: Vec<crate::ir::Piece>,
        diverges: bool,
        span: proc_macro2::Span,
    ) {
        self.push(OpKind::Effect { path, pieces, diverges }, span);
    }
}

/// Whether a function body leaves by `return` anywhere but in nested closures and items.
pub(super) fn contains_return(block: &Block) -> bool {
    tokens_contain(block.to_token_stream(), "return")
}

/// Conservative: a `return` of a closure counts too, which costs a variable and no more.
pub(super) fn tokens_contain(tokens: proc_macro2::TokenStream, word: &str) -> bool {
    tokens.into_iter().any(|t| match t {
        proc_macro2::TokenTree::Ident(i) => i == word,
        proc_macro2::TokenTree::Group(g) => tokens_contain(g.stream(), word),
        _ => false,
    })
}

/// Whether tokens have a `?`.
pub(super) fn questions(tokens: proc_macro2::TokenStream) -> bool {
    tokens.into_iter().any(|t| match t {
        proc_macro2::TokenTree::Punct(p) => p.as_char() == '?',
        proc_macro2::TokenTree::Group(g) => questions(g.stream()),
        _ => false,
    })
}

fn mentions(tokens: &impl ToTokens, name: &syn::Ident) -> bool {
    tokens_contain(tokens.to_token_stream(), &name.to_string())
}

/// Whether an expression is a plain local name.
pub(super) fn single_ident(e: &Expr) -> Option<&syn::Ident> {
    match e {
        Expr::Path(p) if p.qself.is_none() => p.path.get_ident(),
        Expr::Paren(p) => single_ident(&p.expr),
        Expr::Group(g) => single_ident(&g.expr),
        _ => None,
    }
}

/// Whether tokens assign, borrow mutably or call a macro, apart from comparisons.
pub(super) fn changes_something(tokens: proc_macro2::TokenStream) -> bool {
    use proc_macro2::{Spacing, TokenTree};
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    tokens.iter().enumerate().any(|(i, t)| match t {
        TokenTree::Group(g) => changes_something(g.stream()),
        TokenTree::Ident(id) => ["mut", "push", "pop", "swap", "fill"].iter().any(|w| id == w),
        TokenTree::Punct(p) if p.as_char() == '!' => {
            let called = matches!(tokens.get(i + 1), Some(TokenTree::Group(_)));
            called && i > 0 && matches!(tokens[i - 1], TokenTree::Ident(_))
        }
        TokenTree::Punct(p) if p.as_char() == '=' => {
            // `==`, `<=`, `>=`, `!=` compare and `=>` separates; `=` and `+=` assign.
            let before = i.checked_sub(1).and_then(|k| tokens.get(k));
            let compares = matches!(before, Some(TokenTree::Punct(q))
                if q.spacing() == Spacing::Joint && matches!(q.as_char(), '=' | '<' | '>' | '!'));
            let more = matches!(tokens.get(i + 1), Some(TokenTree::Punct(q)) if matches!(q.as_char(), '=' | '>'));
            !(compares || p.spacing() == Spacing::Joint && more)
        }
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}
