//! `Option` and `Result`: conditions that bind, `let … else`, `?`, and the methods that numeric code calls on them.
//!
//! Both are enums like any other (see [`super::record`]). What binds is a test and a place:
//!
//! ```text
//! let y = solve(x)?;                v1 = matches result, Ok { .. }
//!                                   if v1 { … the rest, with y the place result.Ok.0 … }
//!                                   else  { the function's result is Err(From::from(result.Err.0)) }
//! ```

use super::Lower;
use super::control::{ChainArm, Condition};
use super::env::{FrameKind, Operand};
use super::pattern::Test;
use crate::ir::{Arg, BinOp, Call, CopyHow, Form, Init, OpKind, Piece, Place, Proj, Ty, Value};
use crate::messages as m;
use proc_macro2::Span;
use quote::{ToTokens, format_ident, quote};
use syn::spanned::Spanned;
use syn::{Expr, ExprMethodCall, Pat};

/// Which of the two a value is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrapper {
    Option,
    Result,
}

impl Wrapper {
    fn good(self) -> &'static str {
        match self {
            Wrapper::Option => "Some",
            Wrapper::Result => "Ok",
        }
    }
}

type Body<'c, L> = Box<dyn FnOnce(&mut L) -> Operand + 'c>;

impl Lower<'_> {
    // ---- conditions that bind ----

    /// The condition of an `if` or `while` as its conjuncts, if one of them is a `let`.
    pub(super) fn let_chain(cond: &Expr) -> Option<Vec<&Expr>> {
        fn collect<'e>(e: &'e Expr, out: &mut Vec<&'e Expr>) {
            match e {
                Expr::Binary(b) if matches!(b.op, syn::BinOp::And(_)) => {
                    collect(&b.left, out);
                    collect(&b.right, out);
                }
                e => out.push(e),
            }
        }
        let mut all = Vec::new();
        collect(cond, &mut all);
        all.iter().any(|e| matches!(e, Expr::Let(_))).then_some(all)
    }

    /// `if let P = e && c { a } else { b }`: several conjuncts become nested `if`s that leave a labelled block.
    pub(super) fn if_let(&mut self, conjuncts: &[&Expr], i: &syn::ExprIf, want: Option<&Ty>) -> Operand {
        let els = i.else_branch.as_ref().map(|(_, e)| &**e);
        if let [Expr::Let(l)] = conjuncts {
            let span = i.if_token.span;
            let scrutinee = self.expr(&l.expr, None);
            let scrutinee = self.settled(scrutinee, l.expr.span());
            if matches!(scrutinee, Operand::Never) {
                return Operand::Never;
            }
            if let Operand::Choice(which, of) = &scrutinee {
                let done = self.choose(*which, &of.clone(), span, |this, o| {
                    Some(this.if_matches(&l.pat, o, &i.then_branch, els, want, span))
                });
                return done.unwrap_or(Operand::Never);
            }
            return self.if_matches(&l.pat, scrutinee, &i.then_branch, els, want, span);
        }
        let label = syn::Lifetime::new(&format!("'chain{}", self.frames.len()), Span::call_site());
        let then = &i.then_branch;
        let mut inner: Expr = syn::parse_quote!(break #label #then);
        for c in conjuncts.iter().rev() {
            inner = syn::parse_quote!(if #c { #inner });
        }
        let els = els.map_or_else(|| quote!({}), ToTokens::to_token_stream);
        let whole: Expr = syn::parse_quote!(#label: { #inner #els });
        self.expr(&whole, want)
    }

    fn if_matches(
        &mut self,
        pat: &Pat,
        scrutinee: Operand,
        then: &syn::Block,
        els: Option<&Expr>,
        want: Option<&Ty>,
        span: Span,
    ) -> Operand {
        let (tested, w1, w2) = (scrutinee.clone(), want.cloned(), want.cloned());
        let mut arms: Vec<ChainArm<'_, Self>> = vec![ChainArm {
            cond: Some(Box::new(move |this: &mut Self| this.arm_condition(pat, None, tested))),
            body: Box::new(move |this: &mut Self| {
                this.bind_matched(pat, scrutinee);
                let op = this.block(then, w1.as_ref());
                this.settled(op, then.span())
            }),
            last: false,
        }];
        if let Some(e) = els {
            arms.push(ChainArm {
                cond: None,
                body: Box::new(move |this: &mut Self| {
                    let op = this.expr(e, w2.as_ref());
                    this.settled(op, e.span())
                }),
                last: false,
            });
        }
        self.chain(arms, span)
    }

    /// `while let P = e { body }` is `loop { if let P = e { body } else { break } }`.
    pub(super) fn while_let(&mut self, w: &syn::ExprWhile) -> Operand {
        let (label, cond, body) = (&w.label, &w.cond, &w.body);
        let forever: Expr = syn::parse_quote!(#label loop { if #cond #body else { break } });
        self.expr(&forever, None)
    }

    /// `let P = e else { … };`
    pub(super) fn let_else(&mut self, pat: &Pat, operand: Operand, diverge: &Expr) -> Operand {
        let span = pat.span();
        let operand = self.settled(operand, span);
        match self.matches(pat, &operand) {
            None => return Operand::Never,
            Some(Test::Always) => {}
            Some(Test::If(v)) => {
                if !self.go_on_if(v, span, Box::new(|this: &mut Self| this.expr(diverge, None))) {
                    return Operand::Never;
                }
            }
        }
        self.bind_matched(pat, operand);
        Operand::Unit
    }

    /// Goes on where `cond` holds; elsewhere `otherwise` leaves. False where nothing goes on.
    fn go_on_if(&mut self, cond: Value, span: Span, otherwise: Body<'_, Self>) -> bool {
        let arms = vec![
            ChainArm {
                cond: Some(Box::new(move |_: &mut Self| Some(cond)) as Condition<'_, Self>),
                body: Box::new(|_: &mut Self| Operand::Unit),
                last: false,
            },
            ChainArm { cond: None, body: otherwise, last: false },
        ];
        !matches!(self.chain(arms, span), Operand::Never)
    }

    // ---- `?` ----

    pub(super) fn question_mark(&mut self, t: &syn::ExprTry) -> Operand {
        let span = t.question_token.span();
        let operand = self.expr(&t.expr, None);
        let operand = self.settled(operand, t.expr.span());
        if matches!(operand, Operand::Never) {
            return Operand::Never;
        }
        let target = (0..self.frames.len())
            .rev()
            .find(|&i| matches!(self.frames[i].kind, FrameKind::Function | FrameKind::Closure))
            .unwrap_or(0);
        let of = match self.wrapper(&operand) {
            Some(of) => of,
            None if target == 0 && matches!(self.sig.output, Ty::Option(_)) => Wrapper::Option,
            None => Wrapper::Result,
        };
        let Some(place) = self.as_place(operand, span) else { return Operand::Never };
        let good = self.is_variant(&place, of.good(), span);
        let bad = place.clone();
        let leaves = move |this: &mut Self| {
            let value = match of {
                Wrapper::Option => this.constructor(&syn::parse_quote!(None), Vec::new(), span),
                Wrapper::Result => {
                    let error = this.converted(&bad, span);
                    this.constructor(&syn::parse_quote!(Err), vec![error], span)
                }
            };
            if target == 0 {
                let (ty, want) = (this.ty_of(&value), this.sig.output.clone());
                let _ = this.func.types.unify(&ty, &want);
            }
            this.fill(target, value, span);
            this.leave(target, false, span)
        };
        if !self.go_on_if(good, span, Box::new(leaves)) {
            return Operand::Never;
        }
        Operand::Place(self.payload(&place, of.good()))
    }

    /// `From::from(error)`, which moves out of the result.
    fn converted(&mut self, place: &Place, span: Span) -> Operand {
        let from = place.then(Proj::Variant { path: "Err".into(), member: "0".into() });
        let ty = self.func.types.fresh();
        let cur = self.cur;
        let var = self.func.var("error", ty.clone(), span, crate::ir::VarKind::Local, cur);
        let call = Call {
            form: Form::Associated,
            prefix: String::new(),
            path: syn::parse_quote!(::core::convert::From::from),
            turbofish: None,
            args: vec![Arg::Owned(Init::Move(from), ty)],
            shadows: Vec::new(),
            result: Some(var),
            recursive: false,
            value: None,
            captured: 0,
        };
        self.push(OpKind::Call(call), span);
        Operand::Owned(var)
    }

    // ---- methods ----

    /// A method of `Option` or `Result`. `None` where the name is none of theirs.
    pub(super) fn wrapper_method(
        &mut self,
        receiver: &Operand,
        c: &ExprMethodCall,
        want: Option<&Ty>,
    ) -> Option<Operand> {
        let name = c.method.to_string();
        let known = self.wrapper(receiver);
        let span = c.method.span();
        if known.is_none() && matches!(name.as_str(), "unwrap" | "expect") && self.is_open(receiver) {
            return Some(self.unwrap_open(receiver.clone(), c));
        }
        let of = match (name.as_str(), known) {
            (_, Some(of)) => of,
            ("is_some" | "is_none" | "ok_or" | "ok_or_else", None) => Wrapper::Option,
            ("is_ok" | "is_err" | "map_err" | "ok" | "unwrap_or_else", None) => Wrapper::Result,
            ("unwrap_or" | "unwrap_or_default" | "and_then" | "map_or" | "map_or_else", None)
                if self.is_open(receiver) =>
            {
                // The result of a call: by the function's own result, since one kind of failure is usual.
                if matches!(self.sig.output, Ty::Result(..)) { Wrapper::Result } else { Wrapper::Option }
            }
            _ => return None,
        };
        let args: Vec<&Expr> = c.args.iter().collect();
        let by_ref = matches!(receiver, Operand::Ref(..));
        if matches!(name.as_str(), "as_ref" | "as_mut" | "as_deref" | "copied" | "cloned" | "clone" | "iter") {
            return match name.as_str() {
                // A reference to what is inside is a place all the same.
                "as_ref" | "as_mut" | "as_deref" => Some(match receiver.clone() {
                    Operand::Place(p) => Operand::Ref(p, name == "as_mut"),
                    other => other,
                }),
                "copied" | "cloned" => Some(receiver.clone()),
                _ => None,
            };
        }
        let place = self.as_place(receiver.clone(), span)?;
        let good = of.good();
        let inner = Operand::Place(self.payload(&place, good));
        let inner = if by_ref && !self.is_scalar_operand(&inner) {
            match inner {
                Operand::Place(p) => Operand::Ref(p, false),
                other => other,
            }
        } else {
            inner
        };
        let none = move |this: &mut Self| this.constructor(&syn::parse_quote!(None), Vec::new(), span);
        let error = {
            let place = place.clone();
            move |this: &mut Self| {
                let from = place.then(Proj::Variant { path: "Err".into(), member: "0".into() });
                let ty = this.func.types.fresh();
                Operand::Owned(this.declare("error", ty, Init::Move(from), span))
            }
        };
        let bad: Body<'_, Self> = match of {
            Wrapper::Option => Box::new(none),
            Wrapper::Result => {
                let error = error.clone();
                Box::new(move |this: &mut Self| {
                    let e = error(this);
                    this.constructor(&syn::parse_quote!(Err), vec![e], span)
                })
            }
        };
        let wrapped = move |this: &mut Self, value: Operand, good: &str| {
            let path = syn::Path::from(format_ident!("{good}", span = span));
            let value = this.settled(value, span);
            if matches!(value, Operand::Never) { value } else { this.constructor(&path, vec![value], span) }
        };
        let done = match (name.as_str(), &args[..]) {
            ("is_some" | "is_ok", []) => Operand::Value(self.is_variant(&place, good, span)),
            ("is_none" | "is_err", []) => {
                let v = self.is_variant(&place, good, span);
                Operand::Value(self.push_value(OpKind::Not(v), Ty::Bool, span))
            }
            ("unwrap" | "expect", args) => {
                let text = match args {
                    [Expr::Lit(l)] => Some(l.to_token_stream()),
                    [_] => {
                        self.sink.error(args[0].span(), m::EXPECT_TEXT, "");
                        return Some(Operand::Never);
                    }
                    _ => None,
                };
                let v = self.is_variant(&place, good, span);
                let failed = place.clone();
                let panics = move |this: &mut Self| {
                    let error = failed.then(Proj::Variant { path: "Err".into(), member: "0".into() });
                    let pieces = match (of, text) {
                        (Wrapper::Option, Some(text)) => vec![Piece::Tokens(quote!("{}", #text))],
                        (Wrapper::Option, None) => {
                            vec![Piece::Tokens(quote!("called `Option::unwrap()` on a `None` value"))]
                        }
                        (Wrapper::Result, Some(text)) => {
                            vec![Piece::Tokens(quote!("{}: {:?}", #text,)), Piece::Place(error)]
                        }
                        (Wrapper::Result, None) => vec![
                            Piece::Tokens(quote!("called `Result::unwrap()` on an `Err` value: {:?}",)),
                            Piece::Place(error),
                        ],
                    };
                    this.effect(quote!(::core::panic), pieces, true, span);
                    Operand::Never
                };
                if !self.go_on_if(v, span, Box::new(panics)) {
                    return Some(Operand::Never);
                }
                inner
            }
            ("unwrap_or", [d]) => {
                let d = self.expr(d, want);
                let d = self.settled(d, span);
                self.either(&place, good, span, Box::new(move |_| inner), Box::new(move |_| d))
            }
            ("unwrap_or_default", []) => {
                let zero = |this: &mut Self| {
                    let ty = this.func.types.fresh();
                    let path = quote!(::core::default::Default::default());
                    Operand::Value(this.push_value(OpKind::PathCall(path, Vec::new()), ty, span))
                };
                let _ = zero;
                self.sink.error(span, m::UNWRAP_DEFAULT, "");
                Operand::Never
            }
            ("unwrap_or_else", [f]) => {
                let f = self.expr(f, None);
                let bad: Body<'_, Self> = match of {
                    Wrapper::Option => Box::new(move |this: &mut Self| this.apply(&f, Vec::new(), None, span)),
                    Wrapper::Result => Box::new(move |this: &mut Self| {
                        let e = error(this);
                        this.apply(&f, vec![e], None, span)
                    }),
                };
                self.either(&place, good, span, Box::new(move |_| inner), bad)
            }
            ("map", [f]) => {
                let f = self.expr(f, None);
                let some = move |this: &mut Self| {
                    let v = this.apply(&f, vec![inner], None, span);
                    wrapped(this, v, good)
                };
                self.either(&place, good, span, Box::new(some), bad)
            }
            ("and_then", [f]) => {
                let f = self.expr(f, None);
                let some = move |this: &mut Self| this.apply(&f, vec![inner], None, span);
                self.either(&place, good, span, Box::new(some), bad)
            }
            ("map_or", [d, f]) => {
                let d = self.expr(d, want);
                let d = self.settled(d, span);
                let f = self.expr(f, None);
                let some = move |this: &mut Self| this.apply(&f, vec![inner], None, span);
                self.either(&place, good, span, Box::new(some), Box::new(move |_| d))
            }
            ("map_or_else", [d, f]) => {
                let (d, f) = (self.expr(d, None), self.expr(f, None));
                let some = move |this: &mut Self| this.apply(&f, vec![inner], None, span);
                let bad: Body<'_, Self> = match of {
                    Wrapper::Option => Box::new(move |this: &mut Self| this.apply(&d, Vec::new(), None, span)),
                    Wrapper::Result => Box::new(move |this: &mut Self| {
                        let e = error(this);
                        this.apply(&d, vec![e], None, span)
                    }),
                };
                self.either(&place, good, span, Box::new(some), bad)
            }
            ("ok_or", [e]) if of == Wrapper::Option => {
                let e = self.expr(e, None);
                let e = self.settled(e, span);
                let some = move |this: &mut Self| wrapped(this, inner, "Ok");
                self.either(&place, good, span, Box::new(some), Box::new(move |this| wrapped(this, e, "Err")))
            }
            ("ok_or_else", [f]) if of == Wrapper::Option => {
                let f = self.expr(f, None);
                let some = move |this: &mut Self| wrapped(this, inner, "Ok");
                let bad = move |this: &mut Self| {
                    let e = this.apply(&f, Vec::new(), None, span);
                    wrapped(this, e, "Err")
                };
                self.either(&place, good, span, Box::new(some), Box::new(bad))
            }
            ("map_err", [f]) if of == Wrapper::Result => {
                let f = self.expr(f, None);
                let some = move |this: &mut Self| wrapped(this, inner, "Ok");
                let bad = move |this: &mut Self| {
                    let e = error(this);
                    let e = this.apply(&f, vec![e], None, span);
                    wrapped(this, e, "Err")
                };
                self.either(&place, good, span, Box::new(some), Box::new(bad))
            }
            ("ok", []) if of == Wrapper::Result => {
                let some = move |this: &mut Self| wrapped(this, inner, "Some");
                self.either(&place, good, span, Box::new(some), Box::new(none))
            }
            ("or", [other]) => {
                let other = self.expr(other, None);
                let other = self.settled(other, span);
                let some = move |this: &mut Self| wrapped(this, inner, good);
                self.either(&place, good, span, Box::new(some), Box::new(move |_| other))
            }
            ("filter", [f]) if of == Wrapper::Option => {
                let f = self.expr(f, None);
                let some = move |this: &mut Self| {
                    let kept = this.apply(&f, vec![inner.clone()], Some(&Ty::Bool), span);
                    let Some(kept) = this.as_value(kept, Some(&Ty::Bool), span) else { return Operand::Never };
                    let arms = vec![
                        ChainArm {
                            cond: Some(Box::new(move |_: &mut Self| Some(kept)) as Condition<'_, Self>),
                            body: Box::new(move |this: &mut Self| wrapped(this, inner, "Some")),
                            last: false,
                        },
                        ChainArm { cond: None, body: Box::new(none), last: false },
                    ];
                    this.chain(arms, span)
                };
                self.either(&place, good, span, Box::new(some), Box::new(none))
            }
            _ if known.is_some() => {
                self.sink.error(span, m::WRAPPER_METHOD, name);
                Operand::Never
            }
            _ => return None,
        };
        Some(done)
    }

    /// `helper(x).unwrap()`: whichever of the two it is, rustc finds what it holds.
    fn unwrap_open(&mut self, receiver: Operand, c: &ExprMethodCall) -> Operand {
        let span = c.method.span();
        let Some(place) = self.as_place(receiver, span) else { return Operand::Never };
        let mut pieces = vec![Piece::Place(place.clone())];
        match c.args.first() {
            Some(Expr::Lit(text)) => pieces.push(Piece::Tokens(quote!(, #text))),
            Some(other) => {
                self.sink.error(other.span(), m::EXPECT_TEXT, "");
                return Operand::Never;
            }
            None => {}
        }
        let krate = &self.sig.krate;
        self.effect(quote!(#krate::check_unwrap), pieces, false, span);
        Operand::Place(place.then(Proj::Variant { path: String::new(), member: crate::ir::PAYLOAD.into() }))
    }

    /// One thing where the value is there, another where it is not.
    fn either(&mut self, place: &Place, good: &str, span: Span, some: Body<'_, Self>, none: Body<'_, Self>) -> Operand {
        let v = self.is_variant(place, good, span);
        let some = move |this: &mut Self| {
            let op = some(this);
            this.settled(op, span)
        };
        let none = move |this: &mut Self| {
            let op = none(this);
            this.settled(op, span)
        };
        let arms = vec![
            ChainArm {
                cond: Some(Box::new(move |_: &mut Self| Some(v)) as Condition<'_, Self>),
                body: Box::new(some),
                last: false,
            },
            ChainArm { cond: None, body: Box::new(none), last: false },
        ];
        self.chain(arms, span)
    }

    /// `v.pop();`: as a statement it only shortens.
    pub(super) fn shorten(&mut self, c: &ExprMethodCall) -> Operand {
        let receiver = self.expr(&c.receiver, None);
        if matches!(receiver, Operand::Never) || self.is_user_method(&receiver, "pop") {
            return if matches!(receiver, Operand::Never) { receiver } else { self.user_method(receiver, c, None) };
        }
        self.change(receiver, c.method.span(), OpKind::Pop)
    }

    /// `v.pop()` where its value is used: `if v.len() > 0 { let last = v[v.len() - 1]; v.pop(); Some(last) } else { None }`.
    pub(super) fn popped(&mut self, operand: Operand, span: Span) -> Operand {
        let Some(place) = self.as_place(operand, span) else { return Operand::Never };
        let zero = self.index_lit(0, span);
        let len = self.push_value(OpKind::Len(place.clone()), Ty::USIZE, span);
        let some = self.binary(BinOp::Gt, len, zero, span);
        let last = move |this: &mut Self| {
            let one = this.index_lit(1, span);
            let at = this.binary(BinOp::Sub, len, one, span);
            let element = this.settled(Operand::Place(place.then(Proj::Index(at))), span);
            let element = this.copied(element, CopyHow::Clone, span);
            this.touched(place.base);
            this.push(OpKind::Pop(place), span);
            this.constructor(&syn::parse_quote!(Some), vec![element], span)
        };
        let none = move |this: &mut Self| this.constructor(&syn::parse_quote!(None), Vec::new(), span);
        let arms = vec![
            ChainArm {
                cond: Some(Box::new(move |_: &mut Self| Some(some)) as Condition<'_, Self>),
                body: Box::new(last),
                last: false,
            },
            ChainArm { cond: None, body: Box::new(none), last: false },
        ];
        self.chain(arms, span)
    }

    fn is_variant(&mut self, place: &Place, variant: &str, span: Span) -> Value {
        let _ = self.func.place_ty(&self.payload(place, variant));
        let path = format_ident!("{variant}", span = span);
        self.push_value(OpKind::Matches(place.clone(), quote!(#path { .. })), Ty::Bool, span)
    }

    fn payload(&self, place: &Place, variant: &str) -> Place {
        place.then(Proj::Variant { path: variant.to_string(), member: "0".into() })
    }

    /// Whether an operand is known to be an `Option` or a `Result`.
    fn wrapper(&mut self, operand: &Operand) -> Option<Wrapper> {
        match self.head_of(operand) {
            Ty::Option(_) => Some(Wrapper::Option),
            Ty::Result(..) => Some(Wrapper::Result),
            _ => None,
        }
    }

    fn is_open(&mut self, operand: &Operand) -> bool {
        matches!(operand, Operand::Owned(_) | Operand::Place(_)) && matches!(self.head_of(operand), Ty::Var(_))
    }

    fn is_scalar_operand(&mut self, operand: &Operand) -> bool {
        match operand {
            Operand::Place(p) => self.is_scalar_place(p),
            Operand::Value(_) => true,
            _ => false,
        }
    }
}
