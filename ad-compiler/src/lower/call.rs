//! Calls by path: primitives in call form, known functions of std, and other functions.

use super::env::{Closure, Frame, FrameKind, Operand};
use super::location::start;
use super::{Lower, peeled};
use crate::ir::{CopyHow, Float, Init, OpKind, Place, Ty};
use crate::messages as m;
use crate::rules::{self, Class, ResultClass};
use proc_macro2::Span;
use quote::{ToTokens, quote};
use std::rc::Rc;
use syn::{Expr, ExprCall, ExprPath};

impl Lower<'_> {
    pub(super) fn call_expr(&mut self, c: &ExprCall, want: Option<&Ty>) -> Operand {
        let span = start(&c.func);
        let callee = self.expr(&c.func, None);
        if matches!(callee, Operand::Never) {
            return Operand::Never;
        }
        // What `f64::from` takes is of another type.
        let float_path = matches!(&callee, Operand::Path(p) if primitive_of(&p.path).is_some()
            && p.path.segments.last().is_some_and(|s| s.ident != "from"));
        let listed = if let Operand::Path(p) = &callee { self.listed(&p.path) } else { None };
        let mut args = Vec::new();
        for (i, a) in c.args.iter().enumerate() {
            let float = want.filter(|w| float_path && self.func.types.is_float(w)).cloned();
            let wanted = listed.as_ref().and_then(|l| self.wanted(l, i));
            let op = match self.lent_function(a) {
                Some(function) => function,
                None => self.expr(a, float.as_ref().or(wanted.as_ref())),
            };
            let op = self.settled(op, start(a));
            if matches!(op, Operand::Never) {
                return Operand::Never;
            }
            // `helper(&x)` of a scalar passes a reference to it.
            let op = match (a, op) {
                (Expr::Reference(r), Operand::Value(v)) => {
                    let ty = self.func.values[v.index()].ty.clone();
                    let var = self.declare("temp", peeled(&ty), Init::Scalar(v), start(a));
                    Operand::Ref(Place::whole(var), r.mutability.is_some())
                }
                (_, op) => op,
            };
            let op =
                if c.args.iter().skip(i + 1).any(super::expr::may_write) { self.secured(op, start(a)) } else { op };
            args.push(op);
        }
        self.passings = Self::passings(c);
        self.explicit = c.args.iter().map(|a| matches!(a, Expr::Reference(r) if r.mutability.is_some())).collect();
        let result = self.apply(&callee, args, want, span);
        self.explicit.clear();
        self.passings.clear();
        result
    }

    /// Calls a closure or a function with operands.
    pub(super) fn apply(&mut self, callee: &Operand, args: Vec<Operand>, want: Option<&Ty>, span: Span) -> Operand {
        match callee {
            Operand::Closure(c) => {
                let c = c.clone();
                self.inline(&c, args, span)
            }
            Operand::Path(p) => {
                let p = p.clone();
                self.call_path(&p, args, want, span)
            }
            Operand::Function(f) => {
                let f = f.clone();
                self.call_parameter(&f, args, span)
            }
            Operand::Never => Operand::Never,
            _ => {
                self.sink.error(span, m::CALLEE, "");
                Operand::Never
            }
        }
    }

    /// Inlines a closure.
    fn inline(&mut self, c: &Rc<Closure>, args: Vec<Operand>, span: Span) -> Operand {
        if c.syntax.inputs.len() != args.len() {
            // rustc says so better.
            self.sink.error(span, m::CLOSURE_ARITY, c.syntax.inputs.len().to_string());
            return Operand::Never;
        }
        if self.depth > 64 || !self.func.encloses(c.region, self.cur) {
            self.sink.error(span, m::CLOSURE_VALUE, "");
            return Operand::Never;
        }
        self.explicit.clear();
        self.depth += 1;
        let env = std::mem::replace(&mut self.env, c.env.clone());
        self.env.open();
        for (pat, arg) in c.syntax.inputs.iter().zip(args) {
            self.bind_pattern(pat, arg);
        }
        let body = &c.syntax.body;
        let want = match &c.syntax.output {
            syn::ReturnType::Type(_, ty) => Some(Ty::parse(ty, &mut self.func.types)),
            syn::ReturnType::Default => None,
        };
        // `?` leaves the closure as `return` does.
        let returns = super::stmt::tokens_contain(body.to_token_stream(), "return")
            || super::stmt::questions(body.to_token_stream());
        let result = if returns {
            self.framed(Frame::new(None, FrameKind::Closure, None, None), span, |this| {
                let op = this.expr(body, want.as_ref());
                this.settled(op, start(body))
            })
        } else {
            let op = self.expr(body, want.as_ref());
            self.settled(op, start(body))
        };
        self.env = env;
        self.depth -= 1;
        result
    }

    /// Calls a function by its path.
    pub(super) fn call_path(&mut self, p: &ExprPath, args: Vec<Operand>, want: Option<&Ty>, span: Span) -> Operand {
        if let Some(done) = self.numeric_call(p, &args, want, span) {
            return done;
        }
        if p.qself.is_some() {
            self.sink.error(span, m::QUALIFIED_CALL, crate::diag::text(p.to_token_stream()));
            return Operand::Never;
        }
        let segments: Vec<String> = p.path.segments.iter().map(|s| s.ident.to_string()).collect();
        let Some(name) = segments.last().cloned() else { return Operand::Never };
        let of = segments.len().checked_sub(2).and_then(|i| segments.get(i)).cloned().unwrap_or_default();
        match (of.as_str(), name.as_str()) {
            ("f64" | "f32", "from") => return self.convert(args, Ty::Float(float_named(&of)), span),
            ("f64" | "f32", _) if rules::lookup(&name).is_some() || rules::refused(&name).is_some() => {
                let ty = Ty::Float(float_named(&of));
                return self.primitive(&name, args, Some(&ty), span);
            }
            ("mem", "swap") | ("ptr", "swap") if args.len() == 2 => {
                let mut args = args.into_iter();
                let (Some(a), Some(b)) = (args.next(), args.next()) else { return Operand::Never };
                self.generic(p, &quote!(fn(&mut (), &mut ())));
                return self.swap(a, b, span);
            }
            ("mem", "replace") if args.len() == 2 => {
                let mut args = args.into_iter();
                let (Some(place), Some(new)) = (args.next(), args.next()) else { return Operand::Never };
                self.generic(p, &quote!(fn(&mut (), ())));
                return self.replace(place, new, span);
            }
            // What is dropped is named no more: nothing to do in either sweep.
            ("" | "mem", "drop") if args.len() == 1 && self.sig.ident != "drop" => {
                self.generic(p, &quote!(fn(())));
                return Operand::Unit;
            }
            // As an import, which calls are written with, such a name is ambiguous where a macro made the function.
            ("", "core" | "std" | "alloc" | "size_of" | "size_of_val" | "align_of" | "align_of_val")
                if !args.is_empty() && self.sig.ident != name =>
            {
                self.sink.error(span, m::AMBIGUOUS_CALLEE, name);
                return Operand::Never;
            }
            ("mem", "take") if args.len() == 1 => {
                self.sink.error(span, m::MEM_TAKE, "");
                return Operand::Never;
            }
            ("Vec", "new") => {
                let elem = self.vec_element(p);
                return Operand::Fresh(Init::NewVec { capacity: None }, Ty::Vec(Box::new(elem)));
            }
            ("Vec", "with_capacity") => {
                let Some(n) = args.into_iter().next().and_then(|a| self.as_value(a, Some(&Ty::USIZE), span)) else {
                    return Operand::Never;
                };
                let elem = self.vec_element(p);
                return Operand::Fresh(Init::NewVec { capacity: Some(n) }, Ty::Vec(Box::new(elem)));
            }
            ("Vec", "from") => {
                let Some(a) = args.into_iter().next() else { return Operand::Never };
                return match a {
                    Operand::Fresh(Init::List { elems, .. }, ty) => {
                        let elem = ty.element().cloned().unwrap_or(Ty::F64);
                        Operand::Fresh(Init::List { elems, vec: true }, Ty::Vec(Box::new(elem)))
                    }
                    other => self.copied(other, CopyHow::ToVec, span),
                };
            }
            ("iter", "repeat") if args.len() == 1 => {
                let Some(x) = args.into_iter().next() else { return Operand::Never };
                return Operand::Iter(Box::new(super::iter::Iter::Repeat(x)));
            }
            ("iter", "once") if args.len() == 1 => {
                let Some(x) = args.into_iter().next() else { return Operand::Never };
                let one = self.index_lit(1, span);
                let repeated = Box::new(super::iter::Iter::Repeat(x));
                return Operand::Iter(Box::new(super::iter::Iter::Take(repeated, one)));
            }
            ("iter", "repeat_n") if args.len() == 2 => {
                let mut args = args.into_iter();
                let (Some(x), Some(n)) = (args.next(), args.next()) else { return Operand::Never };
                let Some(n) = self.as_value(n, Some(&Ty::USIZE), span) else { return Operand::Never };
                let repeated = Box::new(super::iter::Iter::Repeat(x));
                return Operand::Iter(Box::new(super::iter::Iter::Take(repeated, n)));
            }
            ("iter", "from_fn") if args.len() == 1 => {
                let Some(f) = args.into_iter().next() else { return Operand::Never };
                return Operand::Iter(Box::new(super::iter::Iter::FromFn(f)));
            }
            ("iter", "successors") if args.len() == 2 => {
                let mut args = args.into_iter();
                let (Some(first), Some(f)) = (args.next(), args.next()) else { return Operand::Never };
                return Operand::Iter(Box::new(super::iter::Iter::Successors(first, f)));
            }
            ("iter", "zip") if args.len() == 2 => return self.zip_call(args, span),
            ("cmp", "min" | "max") if args.len() == 2 => return self.method_on_scalars(&name, args, span),
            (_, "stop_gradient") => {
                self.generic(p, &quote!(fn(())));
                return args.into_iter().next().map_or(Operand::Never, |a| self.stopped(a, span));
            }
            (_, "Some" | "Ok" | "Err") => return self.constructor(&p.path, args, span),
            _ => {}
        }
        if let Some(int) = crate::ir::ty::INTS.iter().find(|i| **i == of) {
            return self.int_function(int, &name, p, args, span);
        }
        // `Pair(a, b)`, `Shape::Disc(r)`, `Op::V2(a)`; but `J0(x)` may be a function.
        let of_type = of.starts_with(char::is_uppercase) || name.contains(char::is_lowercase);
        if name.starts_with(char::is_uppercase) && of_type {
            return self.constructor(&p.path, args, span);
        }
        self.user_call(p, args, want, span)
    }

    /// A function that is known by its name alone must be the generic one of std or of the runtime, which treats all
    /// types alike: `const _: fn(&mut (), &mut ()) = mem::swap::<()>;` in the emitted code is rustc's error for a user's
    /// own function of that name.
    fn generic(&mut self, p: &ExprPath, ty: &proc_macro2::TokenStream) {
        let mut path = p.path.clone();
        if let Some(last) = path.segments.last_mut() {
            last.arguments = syn::PathArguments::None;
        }
        let item = quote!(const _: #ty = #path::<()>;);
        let text = item.to_string();
        if self.items.iter().all(|i| i.to_string() != text) {
            self.items.push(item);
        }
    }

    /// `T` in `Vec::<T>::new()`.
    fn vec_element(&mut self, p: &ExprPath) -> Ty {
        let segment = p.path.segments.iter().rev().nth(1);
        if let Some(syn::PathArguments::AngleBracketed(args)) = segment.map(|s| &s.arguments)
            && let Some(syn::GenericArgument::Type(t)) = args.args.first()
        {
            return Ty::parse(t, &mut self.func.types);
        }
        self.func.types.fresh()
    }

    /// `u32::from(n)`, `i32::abs(n)`, `usize::max(a, b)`: of integers, so without derivative.
    fn int_function(&mut self, int: &'static str, name: &str, p: &ExprPath, args: Vec<Operand>, span: Span) -> Operand {
        let mut values = Vec::new();
        for a in args {
            match self.as_value(a, None, span) {
                Some(v) => values.push(v),
                None => return Operand::Never,
            }
        }
        let ty = match name {
            "is_power_of_two" | "is_positive" | "is_negative" => Ty::Bool,
            "count_ones" | "count_zeros" | "leading_zeros" | "trailing_zeros" | "ilog2" | "ilog10" | "ilog" => {
                Ty::Int("u32")
            }
            _ => Ty::Int(int),
        };
        Operand::Value(self.push_value(OpKind::PathCall(p.to_token_stream(), values), ty, span))
    }

    /// `f64::from(x)`
    fn convert(&mut self, args: Vec<Operand>, to: Ty, span: Span) -> Operand {
        let Some(v) = args.into_iter().next().and_then(|a| self.as_value(a, None, span)) else { return Operand::Never };
        let from = self.func.ty(v);
        if matches!(from, Ty::Bool) {
            return Operand::Value(self.push_value(
                OpKind::PathCall(quote!(<#to as ::core::convert::From<_>>::from), vec![v]),
                to,
                span,
            ));
        }
        Operand::Value(self.push_value(OpKind::Cast(v, to.clone()), to, span))
    }

    /// A primitive of the rule table.
    pub(super) fn primitive(&mut self, name: &str, args: Vec<Operand>, of: Option<&Ty>, span: Span) -> Operand {
        if let Some(refusal) = rules::refused(name) {
            self.sink.error(
                span,
                m::REFUSED_METHOD,
                format!("{name}` cannot be differentiated: {}; {}", refusal.reason, refusal.remedy),
            );
            return Operand::Never;
        }
        let Some(rule) = rules::lookup(name) else { return Operand::Never };
        if args.len() != rule.arity() {
            self.sink.error(span, m::PRIMITIVE_ARITY, format!("{name}` takes {} argument(s", rule.arity()));
            return Operand::Never;
        }
        if let (0, Some(ty)) = (rule.arity(), of) {
            return self.constant_of(name, ty, span).map_or(Operand::Never, Operand::Value);
        }
        let mut values = Vec::new();
        let mut float: Option<Ty> = of.cloned();
        for (formal, a) in rule.formals.iter().zip(args) {
            let want = match formal.class {
                Class::Float | Class::FloatRef => float.clone(),
                Class::Int => Some(Ty::Int("i32")),
            };
            let Some(v) = self.as_value(a, want.as_ref(), span) else { return Operand::Never };
            let ty = peeled(&self.func.values[v.index()].ty);
            if formal.class != Class::Int && !OF_INTEGERS_TOO.contains(&name) {
                // Only floats have this method: f64, unless something says f32.
                let float = self.func.types.fresh_of(crate::ir::ty::Class::Float);
                let _ = self.func.types.unify(&ty, &float);
            }
            if formal.class != Class::Int {
                match &float {
                    None => float = Some(ty),
                    Some(f) => {
                        let _ = self.func.types.unify(&f.clone(), &ty);
                    }
                }
            }
            values.push(v);
        }
        let ty = float.unwrap_or(Ty::F64);
        match rule.result {
            ResultClass::Float => Operand::Value(self.push_value(OpKind::Rule(rule, values), ty, span)),
            ResultClass::Bool => {
                Operand::Value(self.push_value(OpKind::Method(name.to_string(), values), Ty::Bool, span))
            }
            ResultClass::FloatPair => {
                // `sin_cos`: one call each; LLVM makes one of the two where the target has it.
                let parts: Vec<Operand> = ["sin", "cos"]
                    .iter()
                    .filter_map(|n| rules::lookup(n))
                    .map(|r| Operand::Value(self.push_value(OpKind::Rule(r, values.clone()), ty.clone(), span)))
                    .collect();
                Operand::Tuple(parts)
            }
            ResultClass::Opaque if let ("partial_cmp" | "total_cmp", [a, b]) = (name, &values[..]) => {
                let how = super::order::Order::named(name).unwrap_or(super::order::Order::Total);
                self.compared(how, Operand::Value(*a), Operand::Value(*b), span)
            }
            ResultClass::Opaque => {
                let ty = self.func.types.fresh();
                Operand::Value(self.push_value(OpKind::Method(name.to_string(), values), ty, span))
            }
        }
    }

    fn swap(&mut self, a: Operand, b: Operand, span: Span) -> Operand {
        match (a, b) {
            (a @ Operand::Choice(..), b) => self.each(a, span, |this, a| this.swap(a, b.clone(), span)),
            (a, b @ Operand::Choice(..)) => self.each(b, span, |this, b| this.swap(a.clone(), b, span)),
            (Operand::Ref(a, _), Operand::Ref(b, _)) => {
                let (ta, tb) = (self.func.place_ty(&a), self.func.place_ty(&b));
                let _ = self.func.types.unify(&ta, &tb);
                if a.base == b.base && self.is_scalar_place(&a) {
                    // Two elements through disjoint views: not to be borrowed side by side.
                    let (x, y) = (self.load(&a, span), self.load(&b, span));
                    self.store(&a, Init::Scalar(y), span);
                    self.store(&b, Init::Scalar(x), span);
                    return Operand::Unit;
                }
                if a.base == b.base {
                    let how = if super::place::holds_vec(&self.func.types.resolve(&ta)) {
                        CopyHow::Clone
                    } else {
                        CopyHow::Bits
                    };
                    let x = self.declare("swapped", peeled(&ta), Init::Copy { from: a.clone(), how }, span);
                    let y = self.declare("swapped", peeled(&tb), Init::Copy { from: b.clone(), how }, span);
                    self.store(&a, Init::Move(Place::whole(y)), span);
                    self.store(&b, Init::Move(Place::whole(x)), span);
                    return Operand::Unit;
                }
                self.touched(a.base);
                self.touched(b.base);
                self.push(OpKind::Swap(a, b), span);
                Operand::Unit
            }
            (Operand::Tuple(a), Operand::Tuple(b)) if a.len() == b.len() => {
                for (a, b) in a.into_iter().zip(b) {
                    let by_ref = |o| match o {
                        Operand::Place(p) => Operand::Ref(p, true),
                        o => o,
                    };
                    if matches!(self.swap(by_ref(a), by_ref(b), span), Operand::Never) {
                        return Operand::Never;
                    }
                }
                Operand::Unit
            }
            _ => {
                self.sink.error(span, m::SWAP_REFERENCES, "");
                Operand::Never
            }
        }
    }

    fn replace(&mut self, place: Operand, new: Operand, span: Span) -> Operand {
        if let Operand::Tuple(parts) = place {
            let new = self.secured(new, span);
            let mut old = Vec::new();
            for (i, part) in parts.into_iter().enumerate() {
                let new = self.field(new.clone(), i as u32, span);
                old.push(self.replace(part, new, span));
            }
            return Operand::Tuple(old);
        }
        if matches!(place, Operand::Choice(..)) {
            let new = self.secured(new, span);
            return self.each(place, span, |this, place| this.replace(place, new.clone(), span));
        }
        let Some(place) = self.as_place(place, span) else { return Operand::Never };
        if self.is_scalar_place(&place) {
            let old = self.load(&place, span);
            let ty = self.func.values[old.index()].ty.clone();
            let Some(new) = self.as_value(new, Some(&ty), span) else { return Operand::Never };
            self.store(&place, Init::Scalar(new), span);
            return Operand::Value(old);
        }
        // The new value goes into a variable of its own, and the two are swapped.
        let ty = peeled(&self.func.place_ty(&place));
        let Some(init) = self.as_init(new, span) else { return Operand::Never };
        let var = self.declare("replaced", ty, init, span);
        self.touched(place.base);
        self.touched(var);
        self.push(OpKind::Swap(place, Place::whole(var)), span);
        Operand::Owned(var)
    }
}

/// Methods that integers have as well.
const OF_INTEGERS_TOO: [&str; 14] = [
    "abs",
    "min",
    "max",
    "clamp",
    "signum",
    "rem_euclid",
    "div_euclid",
    "midpoint",
    "is_positive",
    "is_negative",
    "total_cmp",
    "partial_cmp",
    "+",
    "neg",
];

fn float_named(name: &str) -> Float {
    if name == "f32" { Float::F32 } else { Float::F64 }
}

/// `f64` in `f64::sin`.
fn primitive_of(path: &syn::Path) -> Option<Float> {
    let n = path.segments.len();
    let of = &path.segments.get(n.checked_sub(2)?)?.ident;
    if of == "f64" {
        Some(Float::F64)
    } else if of == "f32" {
        Some(Float::F32)
    } else {
        None
    }
}
