//! Expressions, with as few parentheses as the grammar allows and never another association than the IR's.

use super::body::Printer;
use super::names::ident;
use super::{at, literal, respan};
use crate::ir::{BinOp, OpKind, Ty, Value};
use crate::rules::Class;
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

/// Precedence, as in the Rust reference: higher binds tighter.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Prec {
    /// `if c { a } else { b }`
    Block,
    Or,
    And,
    Compare,
    BitOr,
    BitXor,
    BitAnd,
    Shift,
    Sum,
    Product,
    Cast,
    Unary,
    /// Method calls, indexing, and all that needs no parentheses.
    Postfix,
}

/// Whether the context tells rustc the type of a literal that stands there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Want {
    Known,
    Open,
}

pub(super) struct Expr {
    pub(super) tokens: TokenStream,
    pub(super) prec: Prec,
    /// It ends in `as T`: a `<` behind it would open generics.
    ends_in_cast: bool,
}

impl Expr {
    pub(super) fn new(tokens: TokenStream, prec: Prec) -> Expr {
        Expr { tokens, prec, ends_in_cast: false }
    }

    /// The tokens, in parentheses unless it binds at least as tightly.
    pub(super) fn within(self, least: Prec) -> TokenStream {
        if self.prec >= least { self.tokens } else { self.parenthesized() }
    }

    fn parenthesized(self) -> TokenStream {
        let tokens = self.tokens;
        quote!((#tokens))
    }
}

fn precedence(op: BinOp) -> Prec {
    match op {
        BinOp::Add | BinOp::Sub => Prec::Sum,
        BinOp::Mul | BinOp::Div | BinOp::Rem => Prec::Product,
        BinOp::And => Prec::And,
        BinOp::Or => Prec::Or,
        BinOp::BitAnd => Prec::BitAnd,
        BinOp::BitOr => Prec::BitOr,
        BinOp::BitXor => Prec::BitXor,
        BinOp::Shl | BinOp::Shr => Prec::Shift,
        BinOp::Eq | BinOp::Ne | BinOp::Lt | BinOp::Le | BinOp::Gt | BinOp::Ge => Prec::Compare,
    }
}

/// The next tighter precedence.
fn tighter(p: Prec) -> Prec {
    match p {
        Prec::Block => Prec::Or,
        Prec::Or => Prec::And,
        Prec::And => Prec::Compare,
        Prec::Compare => Prec::BitOr,
        Prec::BitOr => Prec::BitXor,
        Prec::BitXor => Prec::BitAnd,
        Prec::BitAnd => Prec::Shift,
        Prec::Shift => Prec::Sum,
        Prec::Sum => Prec::Product,
        Prec::Product => Prec::Cast,
        Prec::Cast => Prec::Unary,
        Prec::Unary | Prec::Postfix => Prec::Postfix,
    }
}

impl Printer<'_> {
    /// The operation behind a value that is printed inline.
    pub(super) fn inlined(&self, v: Value) -> Option<&OpKind> {
        let (region, i) = self.plan.defs[v.index()]?;
        self.plan.inline[v.index()].then(|| &self.func.regions[region.index()][i].kind)
    }

    /// A value as an operand that stands alone: the right-hand side of a `let`, an argument, an index.
    pub(super) fn alone(&mut self, v: Value, want: Want) -> TokenStream {
        self.value(v, want).tokens
    }

    /// Whether rustc knows the type of the printed value without help from its context.
    pub(super) fn anchored(&self, v: Value) -> bool {
        let Some(kind) = self.inlined(v) else { return true };
        match kind {
            OpKind::Lit(tokens) => {
                let text = tokens.to_string();
                let number = text.trim_start_matches('-').starts_with(|c: char| c.is_ascii_digit());
                !number || suffixed(&text)
            }
            OpKind::Neg(a) | OpKind::Not(a) | OpKind::Stop(a) => self.anchored(*a),
            OpKind::Binary(op, a, b) => op.is_comparison() || self.anchored(*a) || self.anchored(*b),
            OpKind::Select(_, a, b) => self.anchored(*a) || self.anchored(*b),
            _ => true,
        }
    }

    /// A value: its name, or its expression.
    pub(super) fn value(&mut self, v: Value, want: Want) -> Expr {
        let span = self.func.values[v.index()].span;
        let Some(kind) = self.inlined(v).cloned() else {
            let name = ident(&self.names.value(&self.func, v), span);
            return Expr::new(quote!(#name), Prec::Postfix);
        };
        self.operation(v, &kind, want, span)
    }

    /// The expression that an operation computes.
    pub(super) fn operation(&mut self, v: Value, kind: &OpKind, want: Want, span: Span) -> Expr {
        let sp = at(span);
        match kind {
            OpKind::Lit(tokens) => self.lit(v, tokens, want),
            OpKind::Path(tokens) => Expr::new(respan(tokens.clone()), Prec::Postfix),
            OpKind::Neg(a) => {
                let a = self.value(*a, want);
                // `--x` is legal but reads as a decrement.
                let minus = a.tokens.to_string().starts_with('-');
                let a = if minus { a.parenthesized() } else { a.within(Prec::Unary) };
                Expr::new(quote_spanned!(sp=> -#a), Prec::Unary)
            }
            OpKind::Not(a) => {
                let a = self.value(*a, want).within(Prec::Unary);
                Expr::new(quote_spanned!(sp=> !#a), Prec::Unary)
            }
            OpKind::Binary(op, a, b) => self.binary(*op, *a, *b, want, span),
            OpKind::Rule(rule, args) => {
                let receiver = self.receiver(args[0]);
                let rest: Vec<TokenStream> = (1..args.len())
                    .map(|i| {
                        let arg = self.value(args[i], Want::Known);
                        match rule.formals.get(i).map(|f| f.class) {
                            Some(Class::FloatRef) => {
                                let arg = arg.within(Prec::Unary);
                                quote_spanned!(sp=> &#arg)
                            }
                            Some(Class::Float | Class::Int) | None => arg.tokens,
                        }
                    })
                    .collect();
                let method = ident(rule.name, span);
                Expr::new(quote_spanned!(sp=> #receiver.#method(#(#rest),*)), Prec::Postfix)
            }
            OpKind::Method(name, args) => {
                let receiver = self.receiver(args[0]);
                let rest: Vec<TokenStream> = args[1..].iter().map(|a| self.alone(*a, Want::Known)).collect();
                let method = ident(name, span);
                Expr::new(quote_spanned!(sp=> #receiver.#method(#(#rest),*)), Prec::Postfix)
            }
            OpKind::PathCall(path, args) => {
                let args: Vec<TokenStream> = args.iter().map(|a| self.alone(*a, Want::Known)).collect();
                let path = respan(path.clone());
                Expr::new(quote_spanned!(sp=> #path(#(#args),*)), Prec::Postfix)
            }
            OpKind::Cast(a, ty) => {
                let a = self.value(*a, Want::Open).within(Prec::Cast);
                let ty = self.func.types.resolve(ty);
                Expr { tokens: quote_spanned!(sp=> #a as #ty), prec: Prec::Cast, ends_in_cast: true }
            }
            // The cut is the IR's business: to rustc it is the value.
            OpKind::Stop(a) => self.value(*a, want),
            OpKind::Select(c, a, b) => {
                let c = self.alone(*c, Want::Known);
                let b_anchored = self.anchored(*b);
                let a = self.alone(*a, if b_anchored { Want::Known } else { want });
                let b = self.alone(*b, Want::Known);
                Expr::new(quote_spanned!(sp=> if #c { #a } else { #b }), Prec::Block)
            }
            OpKind::Load(place) => self.load(place, span),
            OpKind::Len(place) => {
                let place = self.receiver_place(place);
                Expr::new(quote_spanned!(sp=> #place.len()), Prec::Postfix)
            }
            other => unreachable!("{other:?} computes no value"),
        }
    }

    /// A value in front of `.method()`: rustc must know its type there.
    fn receiver(&mut self, v: Value) -> TokenStream {
        let want = if self.anchored(v) { Want::Known } else { Want::Open };
        self.value(v, want).within(Prec::Postfix)
    }

    fn binary(&mut self, op: BinOp, a: Value, b: Value, want: Want, span: Span) -> Expr {
        let prec = precedence(op);
        let compares = prec == Prec::Compare;
        let shift = prec == Prec::Shift;
        let (a_anchored, b_anchored) = (self.anchored(a), self.anchored(b));
        // One literal of two must say what it is if nothing else does.
        let known = (!compares && want == Want::Known) || a_anchored || (b_anchored && !shift);
        let left = self.value(a, if known { Want::Known } else { Want::Open });
        let right = self.value(b, if shift && !b_anchored { Want::Open } else { Want::Known });
        // Comparisons do not chain; all else associates to the left.
        let generics = left.ends_in_cast && matches!(op, BinOp::Lt | BinOp::Shl);
        let left = left.within(if generics {
            Prec::Postfix
        } else if compares {
            tighter(prec)
        } else {
            prec
        });
        let ends_in_cast = right.ends_in_cast && right.prec >= tighter(prec);
        let right = right.within(tighter(prec));
        let sp = at(span);
        let op: TokenStream = op.symbol().parse().unwrap_or_default();
        let op: TokenStream = op
            .into_iter()
            .map(|mut t| {
                t.set_span(sp);
                t
            })
            .collect();
        Expr { tokens: quote!(#left #op #right), prec, ends_in_cast }
    }

    /// A literal; where nothing else tells its type, with the suffix: `2.0_f64.sqrt()`.
    fn lit(&mut self, v: Value, tokens: &TokenStream, want: Want) -> Expr {
        let text = tokens.to_string();
        let negative = text.starts_with('-');
        let prec = if negative { Prec::Unary } else { Prec::Postfix };
        let digits = text.trim_start_matches('-').trim();
        if want == Want::Open && !self.anchored(v) {
            let suffix = match self.func.ty(v) {
                Ty::Float(f) => f.known(),
                Ty::Int(name) => Some(name),
                _ => None,
            };
            let dot = if digits.ends_with('.') { "0" } else { "" };
            let span = self.func.values[v.index()].span;
            if let Some(lit) = suffix.and_then(|s| literal(&format!("{digits}{dot}_{s}"), span)) {
                return Expr::new(if negative { quote!(-#lit) } else { quote!(#lit) }, prec);
            }
        }
        Expr::new(respan(tokens.clone()), prec)
    }
}

fn suffixed(number: &str) -> bool {
    crate::ir::ty::INTS.iter().any(|s| number.ends_with(s)) || number.ends_with("f64") || number.ends_with("f32")
}
