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
use crate::ir::{Arg, Call, Form, Init, OpKind, Piece, Place, Proj, Ty, Value};
use crate::messages as m;
use proc_macro2::Span;
use quote::{ToTokens, format_ident, quote};
use syn::spanned::Spanned;
use syn::{Expr, ExprMethodCall};

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

/// What a method or `?` is applied to.
#[derive(Clone)]
enum Subject {
    /// A place that holds it.
    Built(Place),
    /// Whether it is `Some`, and what it then holds: see [`super::maybe`].
    Maybe(Value, Operand),
}

type Body<'c, L> = Box<dyn FnOnce(&mut L) -> Operand + 'c>;

impl Lower<'_> {
    /// Goes on where `cond` holds; elsewhere `otherwise` leaves. False where nothing goes on.
    pub(super) fn go_on_if(&mut self, cond: Value, span: Span, otherwise: Body<'_, Self>) -> bool {
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
        let subject = match operand {
            Operand::Maybe(some, held) => Subject::Maybe(some, (*held).clone()),
            operand => match self.as_place(operand, span) {
                Some(place) => Subject::Built(place),
                None => return Operand::Never,
            },
        };
        let good = self.is_good(&subject, of, span);
        let bad = subject.clone();
        let leaves = move |this: &mut Self| {
            let value = match bad {
                Subject::Built(bad) if of == Wrapper::Result => {
                    let error = this.converted(&bad, span);
                    this.constructor(&syn::parse_quote!(Err), vec![error], span)
                }
                // A closure's result may be an option that is not built.
                Subject::Maybe(..) if target != 0 => Self::nothing(span),
                Subject::Built(_) | Subject::Maybe(..) => this.constructor(&syn::parse_quote!(None), Vec::new(), span),
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
        self.inside(&subject, of)
    }

    /// `From::from(error)`, which moves out of the result.
    fn converted(&mut self, place: &Place, span: Span) -> Operand {
        let from = place.then(Proj::Variant { path: "Err".into(), member: "0".into() });
        let ty = self.func.types.fresh();
        let cur = self.cur;
        let var = self.func.var("error", ty.clone(), span, crate::ir::VarKind::Local, cur);
        let path = syn::parse_quote!(::core::convert::From::from);
        let call = Call::new(Form::Associated, path, vec![Arg::Owned(Init::Move(from), ty)], Some(var));
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
        if known == Some(Wrapper::Option) && matches!(name.as_str(), "iter" | "into_iter") {
            let iter = self.iterate(receiver.clone(), span)?;
            return Some(Operand::Iter(Box::new(iter)));
        }
        let args: Vec<&Expr> = c.args.iter().collect();
        let by_ref = matches!(receiver, Operand::Ref(..));
        if matches!(
            name.as_str(),
            "as_ref" | "as_mut" | "as_deref" | "as_deref_mut" | "copied" | "cloned" | "clone" | "iter"
        ) {
            return match name.as_str() {
                // A reference to what is inside is a place all the same.
                "as_ref" | "as_mut" | "as_deref" | "as_deref_mut" => Some(match receiver.clone() {
                    Operand::Place(p) => Operand::Ref(p, name.ends_with("mut")),
                    other => other,
                }),
                "copied" | "cloned" => Some(match receiver {
                    Operand::Maybe(some, held) => self.copied_maybe(*some, held, span),
                    other => other.clone(),
                }),
                "clone" if matches!(receiver, Operand::Maybe(..)) => Some(receiver.clone()),
                _ => None,
            };
        }
        let subject = match receiver.clone() {
            Operand::Maybe(some, held) => Subject::Maybe(some, (*held).clone()),
            other => Subject::Built(self.as_place(other, span)?),
        };
        let lazy = matches!(subject, Subject::Maybe(..));
        let good = of.good();
        let inner = self.inside(&subject, of);
        let inner = if by_ref && !self.is_scalar_operand(&inner) {
            match inner {
                Operand::Place(p) => Operand::Ref(p, false),
                other => other,
            }
        } else {
            inner
        };
        let none = move |this: &mut Self| {
            if lazy {
                return Self::nothing(span);
            }
            this.constructor(&syn::parse_quote!(None), Vec::new(), span)
        };
        let error = {
            let place = match &subject {
                Subject::Built(place) => place.clone(),
                // An option has no error.
                Subject::Maybe(..) => Place::whole(crate::ir::Var(0)),
            };
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
            if matches!(value, Operand::Never) {
                return value;
            }
            if lazy && good == "Some" { this.some(value, span) } else { this.constructor(&path, vec![value], span) }
        };
        let done = match (name.as_str(), &args[..]) {
            ("is_some" | "is_ok", []) => Operand::Value(self.is_good(&subject, of, span)),
            ("is_none" | "is_err", []) => {
                let v = self.is_good(&subject, of, span);
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
                let v = self.is_good(&subject, of, span);
                let failed = match &subject {
                    Subject::Built(place) if of == Wrapper::Result => {
                        Some(place.then(Proj::Variant { path: "Err".into(), member: "0".into() }))
                    }
                    Subject::Built(_) | Subject::Maybe(..) => None,
                };
                let panics = move |this: &mut Self| {
                    let pieces = match (failed, text) {
                        (None, Some(text)) => vec![Piece::Tokens(quote!("{}", #text))],
                        (None, None) => {
                            vec![Piece::Tokens(quote!("called `Option::unwrap()` on a `None` value"))]
                        }
                        (Some(error), Some(text)) => {
                            vec![Piece::Tokens(quote!("{}: {:?}", #text,)), Piece::Place(error)]
                        }
                        (Some(error), None) => vec![
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
                self.either(&subject, of, span, Box::new(move |_| inner), Box::new(move |_| d))
            }
            ("unwrap_or_default", []) => {
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
                self.either(&subject, of, span, Box::new(move |_| inner), bad)
            }
            ("map", [f]) if let Subject::Maybe(v, held) = &subject => {
                let f = self.expr(f, None);
                let held = held.clone();
                self.if_some(*v, span, |this| this.apply(&f, vec![held], None, span))
            }
            ("map", [f]) => {
                let f = self.expr(f, None);
                let some = move |this: &mut Self| {
                    let v = this.apply(&f, vec![inner], None, span);
                    wrapped(this, v, good)
                };
                self.either(&subject, of, span, Box::new(some), bad)
            }
            ("and_then", [f]) => {
                let f = self.expr(f, None);
                let some = move |this: &mut Self| this.apply(&f, vec![inner], None, span);
                self.either(&subject, of, span, Box::new(some), bad)
            }
            ("map_or", [d, f]) => {
                let d = self.expr(d, want);
                let d = self.settled(d, span);
                let f = self.expr(f, None);
                let some = move |this: &mut Self| this.apply(&f, vec![inner], None, span);
                self.either(&subject, of, span, Box::new(some), Box::new(move |_| d))
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
                self.either(&subject, of, span, Box::new(some), bad)
            }
            ("ok_or", [e]) if of == Wrapper::Option => {
                let e = self.expr(e, None);
                let e = self.settled(e, span);
                let some = move |this: &mut Self| wrapped(this, inner, "Ok");
                self.either(&subject, of, span, Box::new(some), Box::new(move |this| wrapped(this, e, "Err")))
            }
            ("ok_or_else", [f]) if of == Wrapper::Option => {
                let f = self.expr(f, None);
                let some = move |this: &mut Self| wrapped(this, inner, "Ok");
                let bad = move |this: &mut Self| {
                    let e = this.apply(&f, Vec::new(), None, span);
                    wrapped(this, e, "Err")
                };
                self.either(&subject, of, span, Box::new(some), Box::new(bad))
            }
            ("map_err", [f]) if of == Wrapper::Result => {
                let f = self.expr(f, None);
                let some = move |this: &mut Self| wrapped(this, inner, "Ok");
                let bad = move |this: &mut Self| {
                    let e = error(this);
                    let e = this.apply(&f, vec![e], None, span);
                    wrapped(this, e, "Err")
                };
                self.either(&subject, of, span, Box::new(some), Box::new(bad))
            }
            ("ok", []) if of == Wrapper::Result => {
                let some = move |this: &mut Self| wrapped(this, inner, "Some");
                self.either(&subject, of, span, Box::new(some), Box::new(none))
            }
            ("or", [other]) => {
                let other = self.expr(other, None);
                let other = self.settled(other, span);
                let some = move |this: &mut Self| wrapped(this, inner, good);
                self.either(&subject, of, span, Box::new(some), Box::new(move |_| other))
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
                self.either(&subject, of, span, Box::new(some), Box::new(none))
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
    fn either(
        &mut self,
        subject: &Subject,
        of: Wrapper,
        span: Span,
        some: Body<'_, Self>,
        none: Body<'_, Self>,
    ) -> Operand {
        let v = self.is_good(subject, of, span);
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

    /// Whether what is wanted is there.
    fn is_good(&mut self, subject: &Subject, of: Wrapper, span: Span) -> Value {
        match subject {
            Subject::Built(place) => self.is_variant(place, of.good(), span),
            Subject::Maybe(some, _) => *some,
        }
    }

    /// What is there, where it is there.
    fn inside(&self, subject: &Subject, of: Wrapper) -> Operand {
        match subject {
            Subject::Built(place) => Operand::Place(self.payload(place, of.good())),
            Subject::Maybe(_, held) => held.clone(),
        }
    }

    pub(super) fn is_variant(&mut self, place: &Place, variant: &str, span: Span) -> Value {
        let _ = self.func.place_ty(&self.payload(place, variant));
        let path = format_ident!("{variant}", span = span);
        self.push_value(OpKind::Matches(place.clone(), quote!(#path { .. })), Ty::Bool, span)
    }

    pub(super) fn payload(&self, place: &Place, variant: &str) -> Place {
        place.then(Proj::Variant { path: variant.to_string(), member: "0".into() })
    }

    /// Whether an operand is known to be an `Option` or a `Result`.
    pub(super) fn wrapper(&mut self, operand: &Operand) -> Option<Wrapper> {
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
