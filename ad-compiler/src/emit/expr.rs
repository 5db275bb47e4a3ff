//! Expressions, with as few parentheses as the grammar allows and never another association than the IR's.

use super::body::Printer;
use super::names::ident_at;
use super::toks::Toks;
use super::{at, literal, respan};
use crate::ir::{BinOp, Float, OpKind, Ty, Value};
use crate::rules::Class;
use proc_macro2::{Delimiter, Ident, Span, TokenTree};
use quote::ToTokens;

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
    pub(super) tokens: Toks,
    pub(super) prec: Prec,
    /// It ends in `as T`: a `<` behind it would open generics.
    ends_in_cast: bool,
}

impl Expr {
    pub(super) fn new(tokens: impl Into<Toks>, prec: Prec) -> Expr {
        Expr { tokens: tokens.into(), prec, ends_in_cast: false }
    }

    /// The tokens, in parentheses unless it binds at least as tightly.
    pub(super) fn within(self, least: Prec) -> Toks {
        if self.prec >= least { self.tokens } else { self.parenthesized() }
    }

    fn parenthesized(self) -> Toks {
        let mut out = Toks::default();
        out.group(Delimiter::Parenthesis, self.tokens, Span::call_site());
        out
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

impl<'a> Printer<'a> {
    /// The operation behind a value that is printed inline.
    pub(super) fn inlined(&self, v: Value) -> Option<&'a OpKind> {
        let (region, i) = self.plan.defs[v.index()]?;
        self.plan.inline[v.index()].then(|| &self.source.regions[region.index()][i].kind)
    }

    /// A value as an operand that stands alone: the right-hand side of a `let`, an argument, an index.
    pub(super) fn alone(&mut self, v: Value, want: Want) -> Toks {
        self.value(v, want).tokens
    }

    /// Whether rustc knows the type of the printed value without help from its context.
    pub(super) fn anchored(&mut self, v: Value) -> bool {
        let Some(kind) = self.inlined(v) else { return true };
        if let Some(known) = self.anchors[v.index()] {
            return known;
        }
        let anchored = match kind {
            OpKind::Lit(_) if self.is_generic(v) => true,
            OpKind::Lit(text) => {
                let number = text.trim_start_matches('-').starts_with(|c: char| c.is_ascii_digit());
                !number || suffixed(text)
            }
            OpKind::Neg(a) | OpKind::Not(a) | OpKind::Stop(a) => self.anchored(*a),
            // What is shifted has the type, whatever it is shifted by.
            OpKind::Binary(BinOp::Shl | BinOp::Shr, a, _) => self.anchored(*a),
            OpKind::Binary(op, a, b) => op.is_comparison() || self.anchored(*a) || self.anchored(*b),
            OpKind::Select(_, a, b) => self.anchored(*a) || self.anchored(*b),
            _ => true,
        };
        self.anchors[v.index()] = Some(anchored);
        anchored
    }

    /// Whether an operation certainly gives the float that we take it for, without a type beside it: arithmetic of
    /// numbers that do. What is read from memory, from a constant or from a call has the type that the user gave it.
    pub(super) fn is_certain(&mut self, kind: &OpKind) -> bool {
        let anchored = match kind {
            OpKind::Neg(a) => self.anchored(*a),
            OpKind::Binary(_, a, b) | OpKind::Select(_, a, b) => self.anchored(*a) || self.anchored(*b),
            _ => true,
        };
        anchored && self.is_arithmetic(kind)
    }

    /// Whether the value is a float of a type parameter.
    fn is_generic(&self, v: Value) -> bool {
        matches!(self.func.ty(v).peel(), Ty::Float(Float::Param(_)))
    }

    /// `<T as ::ad_runtime::Scalar>::powf(x, p)`: the user's bound has a method of the name as well.
    fn of_scalar(&mut self, name: &str, args: &[Value], sp: Span) -> Expr {
        let (krate, ty) = (self.ctx.krate.clone(), self.func.ty(args[0]).peel().clone());
        let args: Vec<_> = args.iter().map(|a| self.alone(*a, Want::Known).stream()).collect();
        let name = ident_at(name, sp);
        Expr::new(quote::quote_spanned!(sp=> <#ty as #krate::Scalar>::#name(#(#args),*)), Prec::Postfix)
    }

    /// Casts to and from a float of a type parameter: `<T as Scalar>::of(n)`, `ToScalar::to_double(x)`.
    fn generic_cast(&mut self, v: Value, ty: &Ty, sp: Span) -> Option<Expr> {
        let krate = self.ctx.krate.clone();
        let to = self.func.types.resolve(ty);
        let tokens = match &to {
            Ty::Float(Float::Param(_)) => {
                let v = self.alone(v, Want::Open);
                quote::quote_spanned!(sp=> <#to as #krate::Scalar>::of(#v))
            }
            Ty::Float(Float::F32) if self.is_generic(v) => {
                let v = self.alone(v, Want::Open);
                quote::quote_spanned!(sp=> #krate::ToScalar::to_single(#v))
            }
            Ty::Float(_) if self.is_generic(v) => {
                let v = self.alone(v, Want::Open);
                quote::quote_spanned!(sp=> #krate::ToScalar::to_double(#v))
            }
            Ty::Int(_) if self.is_generic(v) => {
                let v = self.alone(v, Want::Open);
                quote::quote_spanned!(sp=> #krate::to_integer::<#to>(#v))
            }
            _ => return None,
        };
        Some(Expr::new(tokens, Prec::Postfix))
    }

    fn is_arithmetic(&self, kind: &OpKind) -> bool {
        match kind {
            OpKind::Neg(a) => self.is_number(*a),
            OpKind::Binary(_, a, b) | OpKind::Select(_, a, b) => self.is_number(*a) && self.is_number(*b),
            OpKind::Rule(_, args) => self.is_number(args[0]),
            _ => false,
        }
    }

    fn is_number(&self, v: Value) -> bool {
        match (self.inlined(v), self.plan.defs[v.index()]) {
            (Some(OpKind::Lit(_)), _) => true,
            (Some(kind), _) => self.is_arithmetic(kind),
            // By its own `let`, or as a parameter.
            (None, Some((region, i))) => !matches!(self.source.regions[region.index()][i].kind, OpKind::Pop(_)),
            (None, None) => true,
        }
    }

    /// A value: its name, or its expression.
    pub(super) fn value(&mut self, v: Value, want: Want) -> Expr {
        let Some(kind) = self.inlined(v) else {
            let name = self.names.value(self.source, v);
            return Expr { tokens: Toks::one(TokenTree::Ident(name)), prec: Prec::Postfix, ends_in_cast: false };
        };
        self.operation(v, kind, want, self.func.values[v.index()].span)
    }

    /// The expression that an operation computes.
    pub(super) fn operation(&mut self, v: Value, kind: &OpKind, want: Want, span: Span) -> Expr {
        let sp = || at(span);
        match kind {
            OpKind::Lit(text) => self.lit(v, text, want),
            OpKind::Path(tokens) => Expr::new(respan(tokens.clone()), Prec::Postfix),
            OpKind::Neg(a) => {
                let a = self.value(*a, want);
                // `--x` is legal but reads as a decrement.
                let minus = match a.tokens.first() {
                    Some(TokenTree::Punct(p)) => p.as_char() == '-',
                    Some(TokenTree::Literal(l)) => l.to_string().starts_with('-'),
                    Some(TokenTree::Ident(_) | TokenTree::Group(_)) | None => false,
                };
                prefixed("-", if minus { a.parenthesized() } else { a.within(Prec::Unary) }, sp())
            }
            OpKind::Not(a) => {
                let a = self.value(*a, want).within(Prec::Unary);
                prefixed("!", a, sp())
            }
            OpKind::Binary(op, a, b) => self.binary(*op, *a, *b, want, span),
            OpKind::Rule(rule, args) => {
                if self.is_generic(args[0]) {
                    return self.of_scalar(rule.name, args, sp());
                }
                let receiver = self.receiver(args[0]);
                let rest = (1..args.len())
                    .map(|i| {
                        let arg = self.value(args[i], Want::Known);
                        match rule.formals.get(i).map(|f| f.class) {
                            Some(Class::FloatRef) => prefixed("&", arg.within(Prec::Unary), sp()).tokens,
                            Some(Class::Float | Class::Int) | None => arg.tokens,
                        }
                    })
                    .collect();
                method(receiver, rule.name, rest, sp())
            }
            OpKind::Method(name, args) if self.is_generic(args[0]) && !OF_COMPARISON.contains(&&**name) => {
                self.of_scalar(name, args, sp())
            }
            OpKind::Method(name, args) => {
                // `a.total_cmp(&b)`
                let by_ref = OF_COMPARISON.contains(&&**name) && !matches!(self.func.ty(args[0]).peel(), Ty::Str);
                let receiver = self.receiver(args[0]);
                let rest = args[1..]
                    .iter()
                    .map(|a| {
                        let a = self.value(*a, Want::Known);
                        if by_ref { prefixed("&", a.within(Prec::Unary), sp()).tokens } else { a.tokens }
                    })
                    .collect();
                method(receiver, name, rest, sp())
            }
            OpKind::PathCall(path, args) => {
                let args: Vec<Toks> = args.iter().map(|a| self.alone(*a, Want::Known)).collect();
                let mut out = Toks::from(respan(path.clone()));
                out.group(Delimiter::Parenthesis, list(args, sp()), sp());
                Expr::new(out, Prec::Postfix)
            }
            OpKind::Cast(a, ty) => {
                // `k as usize` of what is a usize: lints need not see it.
                let same = match (self.func.ty(*a), self.func.types.resolve(ty)) {
                    (Ty::Int(from), Ty::Int(to)) => from == to,
                    (Ty::Float(from), Ty::Float(to)) => from == to && from.known().is_some(),
                    (_, _) => false,
                };
                if same {
                    return self.value(*a, want);
                }
                if let Some(cast) = self.generic_cast(*a, ty, sp()) {
                    return cast;
                }
                let mut out = self.value(*a, Want::Open).within(Prec::Cast);
                out.word("as", sp());
                out.append(self.func.types.resolve(ty).into_token_stream().into());
                Expr { tokens: out, prec: Prec::Cast, ends_in_cast: true }
            }
            // The cut is the IR's business: to rustc it is the value.
            OpKind::Stop(a) => self.value(*a, want),
            OpKind::Select(c, a, b) => {
                let c = self.alone(*c, Want::Known);
                let b_anchored = self.anchored(*b);
                let a = self.alone(*a, if b_anchored { Want::Known } else { want });
                let b = self.alone(*b, Want::Known);
                let (mut out, sp) = (Toks::default(), sp());
                out.word("if", sp);
                out.append(c);
                out.group(Delimiter::Brace, a, sp);
                out.word("else", sp);
                out.group(Delimiter::Brace, b, sp);
                Expr::new(out, Prec::Block)
            }
            // A field of a struct that is not seen is taken for a number of the kind that it is computed with.
            OpKind::Load(place) if self.func.values[v.index()].assumed && !place.path.is_empty() => {
                let krate = self.ctx.krate.clone();
                let integer = self.func.types.open_integer(&self.func.ty(v)).is_some();
                let kind = Ident::new(if integer { "integer" } else { "float" }, sp());
                let place = self.load(place, span).tokens.stream();
                Expr::new(quote::quote_spanned!(sp()=> #krate::#kind(#place)), Prec::Postfix)
            }
            OpKind::Load(place) => self.load(place, span),
            OpKind::Len(place) => {
                let place = self.receiver_place(place);
                method(place.into(), "len", Vec::new(), sp())
            }
            OpKind::Matches(place, pattern) => {
                let place = self.place(place, span).tokens;
                let pattern = respan(pattern.clone());
                Expr::new(quote::quote_spanned!(sp()=> ::core::matches!(#place, #pattern)), Prec::Postfix)
            }
            other => unreachable!("{other:?} computes no value"),
        }
    }

    /// A value in front of `.method()`: rustc must know its type there.
    fn receiver(&mut self, v: Value) -> Toks {
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
        let mut tokens = left;
        tokens.op(op.symbol(), at(span));
        tokens.append(right);
        Expr { tokens, prec, ends_in_cast }
    }

    /// A literal; where nothing else tells its type, with the suffix: `2.0_f64.sqrt()`.
    fn lit(&mut self, v: Value, text: &str, want: Want) -> Expr {
        let span = self.func.values[v.index()].span;
        if let ty @ Ty::Float(Float::Param(_)) = self.func.ty(v).peel() {
            return Expr::new(super::number::float(ty, text, &self.ctx.krate, span), Prec::Postfix);
        }
        let (mut out, mut prec, mut digits) = (Toks::default(), Prec::Postfix, text);
        if let Some(positive) = text.strip_prefix('-') {
            out.op("-", at(span));
            (prec, digits) = (Prec::Unary, positive);
        }
        let suffix = match self.func.ty(v) {
            _ if want == Want::Known || self.anchored(v) => None,
            Ty::Float(f) => f.known(),
            Ty::Int(name) => Some(name),
            _ => None,
        };
        let lit = match suffix {
            Some(s) => literal(&format!("{digits}{}_{s}", if digits.ends_with('.') { "0" } else { "" }), span),
            None => literal(digits, span),
        };
        match lit {
            Some(lit) => out.push(TokenTree::Literal(lit)),
            // `true` and `false` are words.
            None => out.word(digits, at(span)),
        }
        Expr::new(out, prec)
    }
}

/// `-x`, `!x`, `&x`
fn prefixed(op: &'static str, x: Toks, span: Span) -> Expr {
    let mut out = Toks::default();
    out.op(op, span);
    out.append(x);
    Expr::new(out, Prec::Unary)
}

/// `x.method(a, b)`
fn method(mut out: Toks, name: &str, args: Vec<Toks>, span: Span) -> Expr {
    out.op(".", span);
    out.push(TokenTree::Ident(ident_at(name, span)));
    out.group(Delimiter::Parenthesis, list(args, span), span);
    Expr::new(out, Prec::Postfix)
}

/// `a, b`
fn list(parts: Vec<Toks>, span: Span) -> Toks {
    let mut out = Toks::default();
    for (i, part) in parts.into_iter().enumerate() {
        if i > 0 {
            out.op(",", span);
        }
        out.append(part);
    }
    out
}

/// The methods that compare, which take their argument by reference: of `PartialOrd`, `Ord` and `PartialEq`.
const OF_COMPARISON: [&str; 9] = ["total_cmp", "cmp", "partial_cmp", "eq", "ne", "lt", "le", "gt", "ge"];

fn suffixed(number: &str) -> bool {
    crate::ir::ty::INTS.iter().any(|s| number.ends_with(s)) || number.ends_with("f64") || number.ends_with("f32")
}
