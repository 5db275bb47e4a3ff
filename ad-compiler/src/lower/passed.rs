//! Functions as arguments, and calls of parameters that are functions: see [`crate::functions`].
//!
//! A closure that is passed becomes a function of its own ([`crate::ir::Closure`]), of what it captures and of its arguments.
//! What it captures goes along with the call as arguments behind the callee's own, so that every analysis sees them.

use super::env::{Closure, Env, Operand};
use super::location::start;
use super::{Lower, peeled};
use crate::closures;
use crate::functions::Function;
use crate::ir::ty::Class;
use crate::ir::{self, Arg, Call, Form, FunctionArg, FunctionKind, FunctionParam, Place, Ty, TyTable};
use crate::messages as m;
use crate::rules;
use crate::signature::{Param, Passing, Role, Signature, located};
use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident};
use std::rc::Rc;
use syn::{Expr, ExprCall, ExprPath, Pat};

/// What a closure captures.
#[derive(Default)]
struct Captures {
    params: Vec<Param>,
    args: Vec<Arg>,
    bound: Bound,
    names: Vec<String>,
}

/// What a closure captures that is no parameter of its own.
#[derive(Default)]
pub(super) struct Bound {
    /// Closures and parameters that are functions, by their names in the closure.
    pub(super) functions: Vec<(String, Operand)>,
    /// Tuples, which are captured part by part: their names, and those of the parts.
    pub(super) tuples: Vec<(String, Vec<String>)>,
    /// Structs that are values where the closure stands, not references: operators ask for that.
    pub(super) values: Vec<String>,
    /// How operators are lowered in the function around it.
    pub(super) operators: super::operator::Mode,
}

impl Lower<'_> {
    /// How the arguments of a call are written.
    pub(super) fn passings(c: &ExprCall) -> Vec<Passing> {
        let each = c.args.iter().map(|a| match a {
            Expr::Reference(r) if r.mutability.is_some() => Passing::MutRef,
            Expr::Reference(_) => Passing::SharedRef,
            _ => Passing::ByValue,
        });
        each.collect()
    }

    /// `&g`, where `g` is a function by its name.
    pub(super) fn lent_function(&mut self, a: &Expr) -> Option<Operand> {
        let Expr::Reference(r) = a else { return None };
        let Expr::Path(p) = &*r.expr else { return None };
        let local = p.path.get_ident().is_some_and(|id| self.env.get(&id.to_string()).is_some());
        (!local && is_function(p)).then(|| Operand::Path(Rc::new(p.clone())))
    }

    /// Calls a parameter: `f(x)`.
    pub(super) fn call_parameter(&mut self, f: &Rc<FunctionParam>, args: Vec<Operand>, span: Span) -> Operand {
        if args.len() != f.ty.inputs.len() {
            self.sink.error(span, m::CLOSURE_ARITY, f.ty.inputs.len().to_string());
            return Operand::Never;
        }
        let mut lowered = Vec::new();
        for (a, (_, ty)) in args.into_iter().zip(&f.ty.inputs) {
            let got = self.ty_of(&a);
            let _ = self.func.types.unify(&got, ty);
            if !matches!(ty, Ty::Ref(..)) && ty.is_scalar() {
                let Some(v) = self.as_value(a, Some(ty), span) else { return Operand::Never };
                lowered.push(Arg::Value(v));
                continue;
            }
            let Some(a) = self.argument(a, span) else { return Operand::Never };
            lowered.push(match (a, ty) {
                (Arg::Reborrow(p) | Arg::Ref(p), Ty::Ref(_, false)) => Arg::Ref(p),
                (Arg::Reborrow(p), Ty::Ref(_, true)) => Arg::RefMut(p),
                (Arg::Value(v), Ty::Ref(..)) => {
                    // A reference to a number.
                    let var = self.declare("temp", ty.peel().clone(), ir::Init::Scalar(v), span);
                    Arg::Ref(Place::whole(var))
                }
                (a, _) => a,
            });
        }
        let path = syn::Path::from(f.name.clone());
        let call = Call { value: Some(f.clone()), recursive: true, ..Call::new(Form::Value, path, lowered, None) };
        self.call_with(call, Some(f.ty.output.1.clone()), None, span)
    }

    /// An operand that is a function, as an argument of a call.
    pub(super) fn function_argument(&mut self, operand: &Operand, passing: Passing, span: Span) -> Option<Arg> {
        if self.sig.order > 1 {
            self.sink.error(span, m::FUNCTION_ORDER, "");
            return None;
        }
        let what = match operand {
            Operand::Function(f) => FunctionKind::Param(f.clone()),
            Operand::Closure(c) => self.closure_argument(&c.clone(), span)?,
            Operand::Path(p) => {
                if let Some(closure) = primitive(p) {
                    let closure = Closure { syntax: closure, env: Env::default(), region: self.cur };
                    let what = self.closure_argument(&Rc::new(closure), span)?;
                    return Some(Arg::Function(Rc::new(FunctionArg { what, passing })));
                }
                let mut ty = p.path.clone();
                if let Some(last) = ty.segments.last_mut() {
                    last.arguments = syn::PathArguments::None;
                }
                FunctionKind::Item { path: p.to_token_stream(), ty: ty.to_token_stream() }
            }
            _ => return None,
        };
        Some(Arg::Function(Rc::new(FunctionArg { what, passing })))
    }

    fn closure_argument(&mut self, c: &Rc<Closure>, span: Span) -> Option<FunctionKind> {
        if self.depth > 16 || !self.func.encloses(c.region, self.cur) {
            self.sink.error(span, m::CLOSURE_VALUE, "");
            return None;
        }
        let mut types = self.func.types.of_signatures();
        let mut captures = Captures::default();
        self.capture_all(c, &mut captures, &mut types, span)?;
        let count = captures.params.len();
        let mut params = captures.params;
        for (i, pat) in c.syntax.inputs.iter().enumerate() {
            params.push(self.closure_param(pat, i, &c.syntax.body, &mut types)?);
        }
        let output = match &c.syntax.output {
            syn::ReturnType::Type(_, ty) => Some(Ty::parse(ty, &mut types)),
            syn::ReturnType::Default => None,
        };
        let body = &c.syntax.body;
        // What `return` gives is a float, unless the closure says otherwise.
        let returns = super::stmt::tokens_contain(body.to_token_stream(), "return");
        let output = output.or_else(|| returns.then(|| self.assumed_float()));
        let mut used = self.sig.used.clone();
        used.extend(params.iter().map(|p| p.name.to_string()));
        let mut sig = Signature {
            ident: Ident::new("closure", start(body)),
            generics: syn::Generics::default(),
            params,
            output: output.clone().unwrap_or(Ty::Unit),
            recursive: false,
            order: 1,
            used,
            ..self.sig.clone()
        };
        let known = output.is_some();
        let calls_parameter = captures.bound.functions.iter().any(|(_, o)| matches!(o, Operand::Function(_)));
        let before = self.sink.count();
        captures.bound.operators = self.operators;
        let (mut func, items, mode) =
            super::lower_closure(&sig, &types, self.cfgs, self.sink, body, known, captures.bound);
        self.operators = mode;
        for item in items {
            let text = item.to_string();
            if self.items.iter().all(|i| i.to_string() != text) {
                self.items.push(item);
            }
        }
        if self.sink.count() > before {
            return None;
        }
        // What the body takes for an integer, `v[n]`, is one here too.
        for (param, arg) in sig.params.iter_mut().zip(&captures.args) {
            let (Ty::Ref(ty, false), Arg::Ref(p)) = (&param.ty, arg) else { continue };
            let integer = func.types.resolve(ty);
            if matches!(**ty, Ty::Var(_)) && matches!(integer, Ty::Int(_)) {
                let here = self.func.place_ty(p);
                let _ = self.func.types.unify(&here, &integer);
                param.ty = Ty::Ref(Box::new(integer), false);
                param.role = Role::Inert;
            }
        }
        closures::finish(&mut func, &mut sig, self.sink);
        if ir::verify(&func).is_err() {
            self.sink.error_over(&c.syntax.inputs, m::CLOSURE_TYPES, "");
            return None;
        }
        let from = self.captured.len();
        self.captured.extend(captures.args);
        Some(FunctionKind::Closure { body: Rc::new(ir::Closure { sig, func, captures: count, calls_parameter }), from })
    }

    /// Gathers what a closure captures, and what the closures that it calls capture.
    fn capture_all(&mut self, c: &Closure, out: &mut Captures, types: &mut TyTable, span: Span) -> Option<()> {
        let body = c.syntax.body.to_token_stream();
        let mut own = ad_ir::hash::HashSet::default();
        for pat in &c.syntax.inputs {
            own.extend(crate::emit::identifiers(&pat.to_token_stream()));
        }
        let mut names: Vec<String> = crate::emit::identifiers(&body).into_iter().collect();
        names.sort();
        for name in names {
            if own.contains(&name) || out.names.contains(&name) {
                continue;
            }
            let Some(binding) = c.env.get(&name).cloned() else { continue };
            out.names.push(name.clone());
            self.capture(&name, binding.operand, &body, out, types, span)?;
        }
        Some(())
    }

    fn capture(
        &mut self,
        name: &str,
        operand: Operand,
        body: &TokenStream,
        out: &mut Captures,
        types: &mut TyTable,
        span: Span,
    ) -> Option<()> {
        if !matches!(operand, Operand::Closure(_) | Operand::Function(_))
            && is_written(body, name)
            && !is_bound(body, name)
        {
            self.sink.error(span, m::CLOSURE_WRITES, name);
            return None;
        }
        if name == "self" {
            self.sink.error(span, m::CLOSURE_CAPTURES, name);
            return None;
        }
        let operand = match operand {
            Operand::Owned(var) => Operand::Place(Place::whole(var)),
            other => other,
        };
        let operand = self.settled(operand, span);
        if let Operand::Place(p) = &operand {
            let ty = self.func.place_ty(p);
            if matches!(self.func.types.resolve(&ty), Ty::Var(_) | Ty::Other(_)) {
                out.bound.values.push(name.to_string());
            }
        }
        match operand {
            Operand::Closure(inner) => {
                self.capture_all(&inner, out, types, span)?;
                out.bound.functions.push((name.to_string(), Operand::Closure(inner)));
            }
            Operand::Function(f) => out.bound.functions.push((name.to_string(), Operand::Function(f))),
            Operand::Unit | Operand::Path(_) => {}
            Operand::Value(v) => {
                // A number of open type is left to rustc; an integer of some type must only not be mistaken for another.
                let ty = match self.func.ty(v).peel().clone() {
                    open @ Ty::Var(_) if self.func.types.class(&open) == Some(Class::IntLiteral) => Ty::Int("i128"),
                    Ty::Var(_) => Ty::Float(ir::Float::Open),
                    known => known,
                };
                out.params.push(param(name, ty, Passing::ByValue, span));
                out.args.push(Arg::Value(v));
            }
            Operand::Place(p) | Operand::Ref(p, _) => {
                let ty = peeled(&self.func.place_ty(&p));
                let ty = self.transferred(&ty, types);
                out.params.push(param(name, Ty::Ref(Box::new(ty), false), Passing::SharedRef, span));
                out.args.push(Arg::Ref(p));
            }
            Operand::Tuple(parts) => {
                let names: Vec<String> =
                    (0..parts.len()).map(|i| self.sig.fresh(&format!("{name}_{i}")).to_string()).collect();
                for (name, part) in names.iter().zip(parts) {
                    self.capture(name, part, body, out, types, span)?;
                }
                out.bound.tuples.push((name.to_string(), names));
            }
            Operand::Never => return None,
            Operand::Owned(_)
            | Operand::Fresh(..)
            | Operand::Choice(..)
            | Operand::Range(_)
            | Operand::Iter(_)
            | Operand::Maybe(..)
            | Operand::Ordering(_) => {
                self.sink.error(span, m::CLOSURE_CAPTURES, name);
                return None;
            }
        }
        Some(())
    }

    /// A type of this function in the table of another: what is open is open there too.
    fn transferred(&self, ty: &Ty, types: &mut TyTable) -> Ty {
        match self.func.types.resolve(ty) {
            open @ Ty::Var(_) => types.fresh_of(self.func.types.class(&open).unwrap_or(Class::Any)),
            Ty::Tuple(parts) => Ty::Tuple(parts.iter().map(|p| self.transferred(p, types)).collect()),
            Ty::Array(e, n) => Ty::Array(Box::new(self.transferred(&e, types)), n),
            Ty::Slice(e) => Ty::Slice(Box::new(self.transferred(&e, types))),
            Ty::Vec(e) => Ty::Vec(Box::new(self.transferred(&e, types))),
            Ty::Option(e) => Ty::Option(Box::new(self.transferred(&e, types))),
            Ty::Result(e, error) => Ty::Result(Box::new(self.transferred(&e, types)), error),
            Ty::Ref(e, m) => Ty::Ref(Box::new(self.transferred(&e, types)), m),
            known => known,
        }
    }

    /// The type of what a closure takes and gives where nothing says it: the function's only float type.
    fn assumed_float(&self) -> Ty {
        let mut found = None;
        for p in &self.sig.params {
            each_float(&p.ty, &mut |float| found = found.or(Some(float)));
        }
        Ty::Float(match self.sig.usual_float() {
            ir::Float::Open => found.unwrap_or(ir::Float::F64),
            float => float,
        })
    }

    /// A parameter of a closure. Without a type it is a float, or a slice of floats where it is indexed.
    fn closure_param(&mut self, pat: &Pat, i: usize, body: &Expr, types: &mut TyTable) -> Option<Param> {
        let float = self.assumed_float();
        let (pat, ty, syntax): (&Pat, Option<Ty>, syn::Type) = match pat {
            Pat::Type(t) => (&t.pat, Some(Ty::parse(&t.ty, types)), (*t.ty).clone()),
            other => (other, None, syn::parse_quote!(_)),
        };
        let (name, pattern, mutable) = match pat {
            Pat::Ident(p) if p.by_ref.is_none() && p.subpat.is_none() => {
                (located(&p.ident), None, p.mutability.is_some())
            }
            Pat::Wild(_) => (self.sig.fresh(&format!("arg{i}")), None, false),
            other if ty.is_some() => (self.sig.fresh(&format!("arg{i}")), Some(other.clone()), false),
            other => {
                self.sink.error_over(other, m::CLOSURE_PARAMETER, crate::diag::text(other.to_token_stream()));
                return None;
            }
        };
        let ty = ty.unwrap_or_else(|| {
            let tokens = body.to_token_stream();
            let text = name.to_string();
            if is_sequence(&tokens, &text) {
                Ty::Ref(Box::new(Ty::Slice(Box::new(float))), is_written(&tokens, &text))
            } else {
                float
            }
        });
        let mode = match &ty {
            Ty::Ref(_, true) => Passing::MutRef,
            Ty::Ref(_, false) => Passing::SharedRef,
            _ => Passing::ByValue,
        };
        let mut out = param("", ty, mode, name.span());
        (out.name, out.pattern, out.syntax, out.mutable) = (name, pattern, syntax, mutable);
        Some(out)
    }

    /// Binds a parameter that is a function.
    pub(super) fn bind_function(&mut self, i: usize, ty: &Rc<Function>) {
        let p = &self.sig.params[i];
        let f = FunctionParam { name: p.name.clone(), bar: self.sig.bar(i), dot: self.sig.dot(i), ty: ty.clone() };
        let body = self.cur;
        self.env.bind(p.name.to_string(), Operand::Function(Rc::new(f)), body);
    }
}

fn param(name: &str, ty: Ty, mode: Passing, span: Span) -> Param {
    let inert = !ty.may_hold_float();
    Param {
        // Raw where the name is.
        name: if name.is_empty() { format_ident!("_unnamed") } else { located(&format_ident!("{name}", span = span)) },
        pattern: None,
        ty,
        syntax: syn::parse_quote!(_),
        role: if inert { Role::Inert } else { Role::Active },
        mode,
        mutable: false,
        receiver: false,
        dot_of: None,
        function: None,
        concrete: true,
        lifetimes: Vec::new(),
    }
}

fn each_float(ty: &Ty, found: &mut dyn FnMut(ir::Float)) {
    match ty {
        Ty::Float(float) => found(*float),
        Ty::Tuple(parts) => parts.iter().for_each(|p| each_float(p, found)),
        Ty::Array(e, _) | Ty::Slice(e) | Ty::Vec(e) | Ty::Ref(e, _) | Ty::Option(e) | Ty::Result(e, _) => {
            each_float(e, found);
        }
        Ty::Int(_) | Ty::Bool | Ty::Char | Ty::Unit | Ty::Str | Ty::Var(_) | Ty::Other(_) => {}
    }
}

/// `f64::sin` as `|x0| f64::sin(x0)`.
fn primitive(p: &ExprPath) -> Option<syn::ExprClosure> {
    let segments: Vec<String> = p.path.segments.iter().map(|s| s.ident.to_string()).collect();
    let [of, name] = &segments[..] else { return None };
    if of != "f64" && of != "f32" {
        return None;
    }
    let rule = rules::lookup(name)?;
    let names: Vec<Ident> = (0..rule.arity()).map(|i| format_ident!("x{i}")).collect();
    let of = format_ident!("{of}");
    Some(syn::parse_quote!(|#(#names: #of),*| #p(#(#names),*)))
}

/// Whether a path is that of a function, by its name.
pub(super) fn is_function(p: &ExprPath) -> bool {
    p.qself.is_none()
        && p.path.segments.last().is_some_and(|s| {
            let name = s.ident.to_string();
            let name = name.trim_start_matches("r#");
            name.starts_with(|c: char| c.is_lowercase() || c == '_') && !matches!(name, "self")
        })
}

/// Whether the name is indexed or used as a sequence somewhere.
fn is_sequence(tokens: &TokenStream, name: &str) -> bool {
    const METHODS: [&str; 14] = [
        "iter",
        "iter_mut",
        "len",
        "is_empty",
        "to_vec",
        "chunks",
        "chunks_exact",
        "windows",
        "fill",
        "copy_from_slice",
        "swap",
        "first",
        "last",
        "as_slice",
    ];
    find(tokens, &mut |rest| {
        matches!(rest, [TokenTree::Ident(id), TokenTree::Group(g), ..] if id == name && g.delimiter() == Delimiter::Bracket)
            || matches!(rest, [TokenTree::Ident(id), TokenTree::Punct(dot), TokenTree::Ident(method), ..]
                if id == name && dot.as_char() == '.' && METHODS.iter().any(|m| method == m))
    })
}

/// Whether the name is assigned to, or lent as `&mut`.
fn is_written(tokens: &TokenStream, name: &str) -> bool {
    const METHODS: [&str; 8] =
        ["iter_mut", "fill", "copy_from_slice", "swap", "push", "pop", "clear", "chunks_exact_mut"];
    find(tokens, &mut |rest| match rest {
        [TokenTree::Punct(and), TokenTree::Ident(m), TokenTree::Ident(id), ..] => {
            and.as_char() == '&' && m == "mut" && id == name
        }
        [TokenTree::Ident(id), rest @ ..] if id == name => {
            let mut rest = rest;
            // `u.0[i] = `
            loop {
                rest = match rest {
                    [TokenTree::Group(g), more @ ..] if g.delimiter() == Delimiter::Bracket => more,
                    [TokenTree::Punct(dot), TokenTree::Ident(m), ..]
                        if dot.as_char() == '.' && METHODS.iter().any(|name| m == name) =>
                    {
                        return true;
                    }
                    [TokenTree::Punct(dot), TokenTree::Ident(_) | TokenTree::Literal(_), more @ ..]
                        if dot.as_char() == '.' =>
                    {
                        more
                    }
                    _ => break,
                };
            }
            match rest {
                [TokenTree::Punct(eq), TokenTree::Punct(next), ..] if eq.as_char() == '=' => {
                    !matches!(next.as_char(), '=' | '>') || eq.spacing() == proc_macro2::Spacing::Alone
                }
                [TokenTree::Punct(eq), ..] if eq.as_char() == '=' => true,
                [TokenTree::Punct(op), TokenTree::Punct(eq), ..] => {
                    matches!(op.as_char(), '+' | '-' | '*' | '/' | '%')
                        && op.spacing() == proc_macro2::Spacing::Joint
                        && eq.as_char() == '='
                }
                _ => false,
            }
        }
        _ => false,
    })
}

/// Whether a `let` or a loop gives the name a meaning of its own.
fn is_bound(tokens: &TokenStream, name: &str) -> bool {
    find(tokens, &mut |rest| match rest {
        [TokenTree::Ident(l), TokenTree::Ident(m), TokenTree::Ident(id), ..] if l == "let" && m == "mut" => id == name,
        [TokenTree::Ident(l), TokenTree::Ident(id), ..] => (l == "let" || l == "for") && id == name,
        _ => false,
    })
}

fn find(tokens: &TokenStream, found: &mut dyn FnMut(&[TokenTree]) -> bool) -> bool {
    let all: Vec<TokenTree> = tokens.clone().into_iter().collect();
    (0..all.len()).any(|i| found(&all[i..]) || matches!(&all[i], TokenTree::Group(g) if find(&g.stream(), found)))
}
