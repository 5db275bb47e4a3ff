//! Formulas of the rule table as IR: the language is that of `rules::formula`.

use crate::ir::{BinOp, Float, OpKind, Ty, Value};
use crate::rules;
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Expr, Lit};

/// Where the operations of a formula go.
pub trait Target {
    /// Appends an operation.
    fn emit(&mut self, kind: OpKind, ty: Ty, span: Span) -> Value;
    /// The type of a value.
    fn ty(&self, v: Value) -> Ty;
}

/// A formula with its names bound.
pub struct Formula<'a> {
    /// The formals and `y`, each with its value; looked up when first read.
    pub names: &'a mut dyn FnMut(&str) -> Option<Value>,
    pub float: Float,
    pub krate: &'a TokenStream,
    /// Where only rustc knows the type: `::ad_runtime::like`, and a value of the type. See [`like_of`].
    pub like: Option<(TokenStream, Value)>,
    pub span: Span,
}

/// `::ad_runtime::like` if only rustc knows the float and the formula asks for its type: `n as f64`, `LN_2`, or
/// `base.ln()` where `base` may be a literal.
pub fn like_of(
    formula: &Expr,
    rule: &rules::Rule,
    float: Float,
    krate: &TokenStream,
    span: Span,
) -> Option<TokenStream> {
    let asks = float.known().is_none() && asks_type(formula.to_token_stream(), rule);
    asks.then(|| super::of_runtime(krate, "like", span))
}

fn asks_type(tokens: TokenStream, rule: &rules::Rule) -> bool {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    tokens.iter().enumerate().any(|(i, t)| match t {
        TokenTree::Ident(id) => {
            let text = id.to_string();
            let dot = matches!(tokens.get(i + 1), Some(TokenTree::Punct(p)) if p.as_char() == '.');
            let other = rule.formals.iter().skip(1).any(|f| f.name == text);
            text == "as" || text.chars().all(|c| !c.is_lowercase()) || dot && other
        }
        TokenTree::Group(g) => asks_type(g.stream(), rule),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

impl Formula<'_> {
    /// Lowers a formula. The table's tests have checked that it is closed and well typed.
    pub fn eval(&mut self, e: &Expr, to: &mut dyn Target) -> Option<Value> {
        let float = Ty::Float(self.float);
        let span = self.span;
        Some(match e {
            Expr::Paren(p) => self.eval(&p.expr, to)?,
            Expr::Group(g) => self.eval(&g.expr, to)?,
            Expr::Block(b) => match b.block.stmts.last() {
                Some(syn::Stmt::Expr(e, None)) => self.eval(e, to)?,
                _ => return None,
            },
            Expr::Lit(l) => {
                let ty = match &l.lit {
                    Lit::Int(_) => Ty::Int("i32"),
                    Lit::Bool(_) => Ty::Bool,
                    _ => float,
                };
                to.emit(OpKind::literal(&l.lit), ty, span)
            }
            Expr::Path(p) => {
                let name = p.path.get_ident()?.to_string();
                if let Some(v) = (self.names)(&name) {
                    return Some(v);
                }
                let id = p.path.get_ident()?;
                if let Float::Param(_) = self.float {
                    let krate = self.krate;
                    return Some(to.emit(OpKind::Path(quote!(<#float as #krate::Scalar>::#id)), float, span));
                }
                let f = proc_macro2::Ident::new(self.float.name(), Span::call_site());
                let tokens = match name.as_str() {
                    "NAN" | "INFINITY" | "NEG_INFINITY" => quote!(#f::#id),
                    _ => quote!(::core::#f::consts::#id),
                };
                self.typed(OpKind::Path(tokens), float, to)
            }
            Expr::Unary(u) => {
                let v = self.eval(&u.expr, to)?;
                let ty = to.ty(v);
                match u.op {
                    syn::UnOp::Neg(_) => to.emit(OpKind::Neg(v), ty, span),
                    _ => to.emit(OpKind::Not(v), ty, span),
                }
            }
            Expr::Binary(b) => {
                let op = match b.op {
                    syn::BinOp::Add(_) => BinOp::Add,
                    syn::BinOp::Sub(_) => BinOp::Sub,
                    syn::BinOp::Mul(_) => BinOp::Mul,
                    syn::BinOp::Div(_) => BinOp::Div,
                    syn::BinOp::Rem(_) => BinOp::Rem,
                    syn::BinOp::And(_) => BinOp::And,
                    syn::BinOp::Or(_) => BinOp::Or,
                    syn::BinOp::Eq(_) => BinOp::Eq,
                    syn::BinOp::Ne(_) => BinOp::Ne,
                    syn::BinOp::Lt(_) => BinOp::Lt,
                    syn::BinOp::Le(_) => BinOp::Le,
                    syn::BinOp::Gt(_) => BinOp::Gt,
                    syn::BinOp::Ge(_) => BinOp::Ge,
                    _ => return None,
                };
                let l = self.eval(&b.left, to)?;
                let r = self.eval(&b.right, to)?;
                let ty = if op.is_comparison() || matches!(op, BinOp::And | BinOp::Or) { Ty::Bool } else { to.ty(l) };
                to.emit(OpKind::Binary(op, l, r), ty, span)
            }
            Expr::If(i) => {
                let c = self.eval(&i.cond, to)?;
                let a = match i.then_branch.stmts.last() {
                    Some(syn::Stmt::Expr(e, None)) => self.eval(e, to)?,
                    _ => return None,
                };
                let b = self.eval(&i.else_branch.as_ref()?.1, to)?;
                let ty = to.ty(a);
                to.emit(OpKind::Select(c, a, b), ty, span)
            }
            Expr::Cast(c) => {
                let v = self.eval(&c.expr, to)?;
                let target = if self.like.is_some() { Ty::F64 } else { float.clone() };
                self.typed(OpKind::Cast(v, target), float, to)
            }
            Expr::MethodCall(m) => {
                let name = m.method.to_string();
                let rule = rules::lookup(&name)?;
                let mut receiver = self.eval(&m.receiver, to)?;
                if let (Some((like, of)), Expr::Path(_)) = (&self.like, &*m.receiver) {
                    receiver = to.emit(OpKind::PathCall(like.clone(), vec![*of, receiver]), float.clone(), span);
                }
                let mut args = vec![receiver];
                for a in &m.args {
                    args.push(self.eval(a, to)?);
                }
                match rule.result {
                    rules::ResultClass::Bool => to.emit(OpKind::Method(name, args), Ty::Bool, span),
                    _ => to.emit(OpKind::Rule(rule, args), float, span),
                }
            }
            Expr::Field(f) => {
                // `y.0` and `y.1` of pairs, which lowering has taken apart.
                let syn::Member::Unnamed(n) = &f.member else { return None };
                (self.names)(&format!("y.{}", n.index))?
            }
            _ => return None,
        })
    }

    /// A value whose type is written out, as one of the type that the formula's floats have.
    fn typed(&mut self, kind: OpKind, float: Ty, to: &mut dyn Target) -> Value {
        match &self.like {
            None => to.emit(kind, float, self.span),
            Some((like, of)) => {
                let v = to.emit(kind, Ty::F64, self.span);
                to.emit(OpKind::PathCall(like.clone(), vec![*of, v]), float, self.span)
            }
        }
    }
}
