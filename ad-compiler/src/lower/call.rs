//! Calls by path: primitives in call form, known functions of std, and other functions.

use super::env::{Closure, Frame, FrameKind, Operand};
use super::location::start;
use super::{Lower, peeled};
use crate::ir::{
    Access, Arg, Call, CopyHow, Float, Form, Init, OpKind, Place, Region, Ty, Var, VarKind, for_each_place,
};
use crate::messages as m;
use crate::rules::{self, Class, ResultClass};
use crate::signature::{Passing, passing};
use crate::table::Callee;
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

    /// A call of another function.
    fn user_call(&mut self, p: &ExprPath, args: Vec<Operand>, want: Option<&Ty>, span: Span) -> Operand {
        // Of references chosen at run time, the call is made with whichever it is.
        if let Some(k) = args.iter().position(|a| matches!(a, Operand::Choice(..)))
            && let Operand::Choice(which, of) = &args[k]
        {
            let done = self.choose(*which, &of.clone(), span, |this, o| {
                let mut args = args.clone();
                args[k] = o;
                Some(this.user_call(p, args, want, span))
            });
            return done.unwrap_or(Operand::Never);
        }
        let mut path = p.path.clone();
        let turbofish =
            match path.segments.last_mut().map(|s| std::mem::replace(&mut s.arguments, syn::PathArguments::None)) {
                Some(syn::PathArguments::AngleBracketed(t)) => Some(t),
                _ => None,
            };
        let n = path.segments.len();
        let last = path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
        // A type in front of the name: an associated function, whose derivatives stand beside it.
        let of = n.checked_sub(2).map(|i| path.segments[i].ident.to_string());
        let associated = of.as_ref().is_some_and(|s| s.starts_with(char::is_uppercase));
        if associated && of.as_deref().is_some_and(is_owner) {
            let name = crate::diag::text(p.path.to_token_stream());
            self.sink.error(span, m::STD_FUNCTION, name);
            return Operand::Never;
        }
        let form = if associated { Form::Associated } else { Form::Function };
        let listed = self.listed(&path);
        let known = if associated { self.associated(of.as_deref().unwrap_or_default(), &last) } else { None };
        let itself = self.sig.ident == last
            && match &self.sig.method {
                Some(method) => {
                    let front = of.as_deref().unwrap_or_default();
                    known.is_some() || listed.is_some() && (front == "Self" || is_named(front, &method.self_ty))
                }
                None => n == 1 || n == 2 && path.segments[0].ident == "self",
            };
        let recursive = itself || self.in_circle(listed.as_deref());
        if form == Form::Function && n > 1 && last == "jvp" && args.len() == 2 {
            return self.pushforward(path, turbofish, args, want, span);
        }
        let nested = form == Form::Function && n > 1 && matches!(last.as_str(), "grad" | "value_and_grad");
        let prefix = if nested { format!("{last}_") } else { String::new() };
        let explicit = self.explicit.clone();
        let passings = self.passings.clone();
        let mut lowered = Vec::new();
        for (i, a) in args.into_iter().enumerate() {
            // Of the function itself the types of parameters are known: what is a scalar is passed as one.
            let own = self.sig.params.get(i).filter(|_| itself);
            let ty = match (&listed, own) {
                (_, Some(p)) => Some(p.ty.clone()),
                (Some(listed), None) => self.param_ty(listed, i),
                (None, None) => None,
            };
            if let Some(ty) = ty {
                let got = self.ty_of(&a);
                let _ = self.func.types.unify(&got, &ty);
            }
            let is_function = match &a {
                Operand::Closure(_) | Operand::Function(_) => true,
                Operand::Path(p) => super::passed::is_function(p),
                _ => false,
            };
            if is_function && form == Form::Function && prefix.is_empty() {
                let passing = passings.get(i).copied().unwrap_or(Passing::ByValue);
                let Some(a) = self.function_argument(&a, passing, span) else {
                    self.captured.clear();
                    return Operand::Never;
                };
                lowered.push(a);
                continue;
            }
            let Some(a) = self.argument(a, span) else { return Operand::Never };
            let mode = match (&known, &listed, own) {
                (Some(sig), _, _) => sig.inputs.iter().nth(i).map(passing),
                (None, _, Some(p)) => Some(p.mode),
                (None, Some(listed), None) => listed.params.get(i).map(|(mode, _)| *mode),
                (None, None, None) => None,
            };
            lowered.push(match (a, mode) {
                // Of the function itself the parameter is known; `&mut x` says it.
                (Arg::Reborrow(p), Some(Passing::SharedRef)) => Arg::Ref(p),
                (Arg::Reborrow(p), Some(_)) => Arg::RefMut(p),
                (Arg::Reborrow(p), None) if explicit.get(i) == Some(&true) => Arg::RefMut(p),
                // The slice that another call returned.
                (
                    Arg::Owned(Init::Move(p) | Init::Copy { from: p, how: CopyHow::Bits }, _),
                    Some(Passing::SharedRef),
                ) if recursive => Arg::Ref(p),
                (a, _) => a,
            });
        }
        if lowered.iter().filter(|a| matches!(a, Arg::Function(f) if f.carries())).count() > 1 {
            self.captured.clear();
            self.sink.error(span, m::FUNCTION_TWICE, "");
            return Operand::Never;
        }
        let output = match known {
            _ if nested => None,
            Some(sig) => Some(self.output_of(&sig)),
            _ if itself => Some(peeled(&self.sig.output)),
            None => match &listed {
                Some(listed) => self.listed_output(listed),
                None => path.get_ident().and_then(|i| self.outputs.get(&i.to_string())).cloned(),
            },
        };
        let plain = listed.and_then(|l| l.plain.clone());
        let call = Call { prefix, turbofish, recursive, plain, ..Call::new(form, path, lowered, None) };
        self.call_with(call, output, want, span)
    }

    /// The type that an argument of a function of the module is wanted to have, where it helps to say so beforehand.
    pub(super) fn wanted(&mut self, listed: &Callee, i: usize) -> Option<Ty> {
        self.param_ty(listed, i).filter(|ty| !matches!(ty, Ty::Var(_) | Ty::Other(_)))
    }

    fn param_ty(&mut self, listed: &Callee, i: usize) -> Option<Ty> {
        let ty = listed.params.get(i)?.1.as_ref()?;
        Some(match ty {
            // Whatever it refers to: references to numbers and arrays are looked through.
            Ty::Ref(e, mutable) => Ty::Ref(Box::new(self.func.types.instance(e)), *mutable),
            ty => self.func.types.instance(ty),
        })
    }

    fn listed_output(&mut self, listed: &Callee) -> Option<Ty> {
        let ty = self.func.types.instance(listed.output.as_ref()?);
        (!matches!(ty, Ty::Var(_))).then_some(ty)
    }

    /// Whether the function calls this one in turn.
    fn in_circle(&self, listed: Option<&Callee>) -> bool {
        let own = self.sig.within.as_ref().and_then(|w| w.circle);
        own.is_some() && listed.and_then(|l| l.circle) == own
    }

    /// `f::jvp((a, b), (a_dot, b_dot))`: the tangent of `f` as a function, of all arguments and all tangents. That of a constant
    /// argument is not among the latter, so `f` cannot have any.
    fn pushforward(
        &mut self,
        mut path: syn::Path,
        turbofish: Option<syn::AngleBracketedGenericArguments>,
        args: Vec<Operand>,
        want: Option<&Ty>,
        span: Span,
    ) -> Operand {
        path.segments.pop();
        path.segments.pop_punct();
        let mut lowered = Vec::new();
        for (of, operand) in args.into_iter().enumerate() {
            let parts = if let Operand::Tuple(parts) = operand { parts } else { vec![operand] };
            for part in parts {
                let ty = self.ty_of(&part);
                let ty = self.func.types.resolve(&ty).peel().clone();
                // Of a tangent the type may be open; all arguments have one.
                if crate::emit::jacobian::only_named(&ty) {
                    self.sink.error(span, m::TANGENT_OF_STRUCT, ty.to_token_stream().to_string());
                    return Operand::Never;
                }
                let Some(arg) = self.argument(part, span) else { return Operand::Never };
                lowered.push(match arg {
                    // Tangents go by value.
                    Arg::Ref(p) if of == 1 => {
                        let ty = self.func.place_ty(&p);
                        let ty = self.func.types.resolve(&ty).peel().clone();
                        if ty.is_scalar() {
                            Arg::Value(self.load(&p, span))
                        } else {
                            let how = if let Ty::Slice(_) = ty { CopyHow::ToVec } else { CopyHow::Clone };
                            Arg::Owned(Init::Copy { from: p, how }, ty.gradient().unwrap_or(ty))
                        }
                    }
                    arg => arg,
                });
            }
        }
        let prefix = "tangent_".to_string();
        let call = Call { prefix, turbofish, ..Call::new(Form::Function, path, lowered, None) };
        self.call_with(call, None, want, span)
    }

    /// `receiver.name(args)` of a type that only rustc knows.
    pub(super) fn user_method(&mut self, receiver: Operand, c: &syn::ExprMethodCall, want: Option<&Ty>) -> Operand {
        let span = c.method.span();
        let of = self.head_of(&receiver);
        let listed = self.listed_method(&of, &c.method.to_string());
        let mode = match (&of, &listed) {
            (Ty::Other(of), _) if let Some(sig) = self.associated(of, &c.method.to_string()) => {
                sig.inputs.first().map(passing)
            }
            (_, Some(listed)) => listed.params.first().map(|(mode, _)| *mode),
            _ => None,
        };
        let receiver = match receiver {
            Operand::Place(p) | Operand::Ref(p, _)
                if mode == Some(Passing::ByValue) && c.args.iter().any(super::expr::may_write) =>
            {
                self.secured(Operand::Place(p), span)
            }
            other => other,
        };
        let mut args = vec![receiver];
        let (region, before) = (self.cur, self.func.regions[self.cur.index()].len());
        for (i, a) in c.args.iter().enumerate() {
            let wanted = listed.as_ref().and_then(|l| self.wanted(l, i + 1));
            let op = self.expr(a, wanted.as_ref());
            let mut op = self.settled(op, start(a));
            if matches!(op, Operand::Never) {
                return Operand::Never;
            }
            if let (Expr::Reference(r), Operand::Value(v)) = (a, &op) {
                let ty = self.func.values[v.index()].ty.clone();
                let var = self.declare("temp", peeled(&ty), Init::Scalar(*v), start(a));
                op = Operand::Ref(Place::whole(var), r.mutability.is_some());
            }
            if c.args.iter().skip(i + 1).any(super::expr::may_write) {
                op = self.secured(op, start(a));
            }
            args.push(op);
        }
        if mode.is_none() && c.args.iter().any(super::expr::may_write) {
            self.receiver_before(&mut args[0], (region, before), span);
        }
        if let Some(k) = args.iter().position(|a| matches!(a, Operand::Choice(..)))
            && let Operand::Choice(which, of) = &args[k]
        {
            let done = self.choose(*which, &of.clone(), span, |this, o| {
                let mut args = args.clone();
                args[k] = o;
                Some(this.method_with(args, c, want))
            });
            return done.unwrap_or(Operand::Never);
        }
        self.method_with(args, c, want)
    }

    /// A receiver that an argument assigns to, `v.scaled({ v.x *= 2.0; v.x })`, was copied before: it is one by value, since a
    /// borrowed one cannot be assigned to. Calls in arguments, `v.kick(v.norm())`, may not change it: whether `kick`
    /// gets what was there before is not known.
    fn receiver_before(&mut self, receiver: &mut Operand, (region, before): (Region, usize), span: Span) {
        let (Operand::Place(place) | Operand::Ref(place, _)) = &*receiver else { return };
        let place = place.clone();
        if !self.assigned_since(&place, region, before) {
            self.lend_since(&place, region, before);
            return;
        }
        let ty = peeled(&self.func.place_ty(&place));
        let goes_on = std::mem::replace(&mut self.cur, region);
        let copy = self.declare("receiver", ty, Init::Copy { from: place, how: CopyHow::Bits }, span);
        self.cur = goes_on;
        let ops = &mut self.func.regions[region.index()];
        ops[before..].rotate_right(1);
        *receiver = Operand::Owned(copy);
    }

    /// Calls that may change a place, as far as the macro knows, get it by `&`: rustc objects where they do.
    fn lend_since(&mut self, place: &Place, region: Region, from: usize) {
        for i in from..self.func.regions[region.index()].len() {
            let kind = &mut self.func.regions[region.index()][i].kind;
            if let OpKind::Call(call) = kind {
                for (i, arg) in call.args.iter_mut().enumerate() {
                    if let Arg::Reborrow(p) = arg
                        && meet(p, place)
                    {
                        *arg = Arg::Ref(p.clone());
                        call.lent |= i == 0 && call.form == Form::Method;
                    }
                }
            }
            for nested in kind.regions() {
                self.lend_since(place, nested, 0);
            }
        }
    }

    /// Whether a place is surely written to from there on; what a call does with a receiver or a reborrow is not known.
    fn assigned_since(&self, place: &Place, region: Region, from: usize) -> bool {
        self.func.regions[region.index()][from..].iter().any(|op| {
            let mut found = false;
            if let OpKind::Call(call) = &op.kind {
                found = call.args.iter().any(|a| matches!(a, Arg::RefMut(p) if meet(p, place)));
            } else {
                for_each_place(&op.kind, &mut |p, access| {
                    found |= meet(p, place) && matches!(access, Access::Write | Access::ReadWrite);
                });
            }
            found || op.kind.regions().into_iter().any(|r| self.assigned_since(place, r, 0))
        })
    }

    fn method_with(&mut self, args: Vec<Operand>, c: &syn::ExprMethodCall, want: Option<&Ty>) -> Operand {
        let span = c.method.span();
        let name = c.method.to_string();
        let Some(receiver) = args.first() else { return Operand::Never };
        let head = self.head_of(receiver);
        let of = match &head {
            Ty::Other(of) => self.associated(of, &name),
            _ => None,
        };
        let listed = self.listed_method(&head, &name);
        let own = self.sig.method.as_ref().is_some_and(|m| matches!(&head, Ty::Other(of) if is_named(of, &m.self_ty)));
        let itself = self.sig.ident == name && (of.is_some() || own && listed.is_some());
        let recursive = itself || self.in_circle(listed.as_deref());
        let mut lowered = Vec::new();
        for (i, a) in args.into_iter().enumerate() {
            let mode = match (&of, &listed) {
                (Some(sig), _) => sig.inputs.iter().nth(i).map(passing),
                (None, Some(listed)) => listed.params.get(i).map(|(mode, _)| *mode),
                (None, None) => None,
            };
            if let Some(ty) = listed.as_ref().and_then(|l| self.param_ty(l, i)) {
                let got = self.ty_of(&a);
                let _ = self.func.types.unify(&got, &ty);
            }
            let explicit =
                i.checked_sub(1).is_some_and(|i| matches!(&c.args[i], Expr::Reference(r) if r.mutability.is_some()));
            if i == 0 {
                // The receiver is borrowed as the method asks, which only rustc may know.
                let Some(arg) = self.receiver(a, mode, span) else { return Operand::Never };
                lowered.push(arg);
                continue;
            }
            let Some(a) = self.argument(a, span) else { return Operand::Never };
            lowered.push(match (a, mode) {
                (Arg::Reborrow(p), Some(Passing::SharedRef)) => Arg::Ref(p),
                (Arg::Reborrow(p), Some(_)) => Arg::RefMut(p),
                (Arg::Reborrow(p), None) if explicit => Arg::RefMut(p),
                (a, _) => a,
            });
        }
        let output = match (of, &listed) {
            (Some(sig), _) => Some(self.output_of(&sig)),
            (None, Some(listed)) => self.listed_output(listed),
            (None, None) => None,
        };
        let path = syn::Path::from(c.method.clone());
        let turbofish = c.turbofish.clone();
        let plain = listed.and_then(|l| l.plain.clone());
        let call = Call { turbofish, recursive, plain, ..Call::new(Form::Method, path, lowered, None) };
        self.call_with(call, output, want, span)
    }

    fn receiver(&mut self, a: Operand, mode: Option<Passing>, span: Span) -> Option<Arg> {
        if mode == Some(Passing::ByValue) {
            return self.argument(
                match a {
                    Operand::Ref(p, _) => Operand::Place(p),
                    other => other,
                },
                span,
            );
        }
        let (place, mutable) = match a {
            Operand::Ref(p, mutable) => (p, mutable),
            other => {
                let place = self.as_place(other, span)?;
                let mutable = !self.is_immutable(&place);
                (place, mutable)
            }
        };
        Some(match mode {
            Some(Passing::SharedRef) => Arg::Ref(place),
            Some(_) => Arg::RefMut(place),
            None if mutable => Arg::Reborrow(place),
            None => Arg::Ref(place),
        })
    }

    /// The signature of a function of the block that is compiled, by the type in front of it.
    fn associated(&mut self, of: &str, name: &str) -> Option<syn::Signature> {
        let method = self.sig.method.as_ref()?;
        let own = method.self_ty.to_token_stream().to_string();
        let last = own.split(['<', ' ']).next().unwrap_or_default().to_string();
        if of != "Self" && of != own && of != last {
            return None;
        }
        method.outputs.iter().find(|(n, _)| n == name).map(|(_, sig)| sig.clone())
    }

    fn output_of(&mut self, sig: &syn::Signature) -> Ty {
        match &sig.output {
            syn::ReturnType::Default => Ty::Unit,
            syn::ReturnType::Type(_, ty) => peeled(&Ty::parse(ty, &mut self.func.types)),
        }
    }

    /// The call itself, and the variable of its result.
    pub(super) fn call_with(&mut self, mut call: Call, output: Option<Ty>, want: Option<&Ty>, span: Span) -> Operand {
        let mut lowered = std::mem::take(&mut call.args);
        let captured = std::mem::take(&mut self.captured);
        call.captured = captured.len();
        lowered.extend(captured);
        let back = self.separate(&mut lowered, span);
        for a in &lowered {
            self.touch_argument(a);
        }
        let part = |this: &mut Self, a: &Arg| match a {
            Arg::Ref(p) | Arg::RefMut(p) | Arg::Reborrow(p) => this.func.is_inert_part(p),
            Arg::Value(_) | Arg::Owned(..) | Arg::Tuple(_) | Arg::Tokens(_) | Arg::Function(_) => false,
        };
        let inert: Vec<bool> = lowered.iter().map(|a| part(self, a)).collect();
        if inert.contains(&true) {
            call.inert = inert;
        }
        let unit = matches!(want, Some(Ty::Unit)) || matches!(output, Some(Ty::Unit));
        let result = if unit {
            None
        } else {
            let ty = match want {
                // Of the function itself, and of functions beside or in it, the type is known.
                _ if let Some(known) = output => known,
                Some(t) if !matches!(self.func.types.head(t), Ty::Ref(..)) => peeled(t),
                _ => self.func.types.fresh(),
            };
            let cur = self.cur;
            let var = self.func.var("result", ty, span, VarKind::Local, cur);
            self.results.insert(var);
            Some(var)
        };
        self.push(OpKind::Call(Call { args: lowered, result, ..call }), span);
        for (place, temp) in std::mem::take(&mut self.scalars_back) {
            let v = self.load(&Place::whole(temp), span);
            self.store(&place, Init::Scalar(v), span);
        }
        for (place, temp) in back {
            self.touched(place.base);
            self.push(OpKind::CopyFrom(place, Place::whole(temp)), span);
        }
        match result {
            None => Operand::Unit,
            Some(var) => Operand::Owned(var),
        }
    }

    /// Disjoint views of one variable in one call (`split_at_mut`) cannot be borrowed from it side by side: all but the
    /// first go through copies, which are copied back where the callee may write to them.
    fn separate(&mut self, args: &mut [Arg], span: Span) -> Vec<(Place, Var)> {
        let mut back = Vec::new();
        // So does a copy of what another argument borrows: `h(left, right.to_vec())`.
        for i in 0..args.len() {
            let Arg::Owned(init, ty) = args[i].clone() else { continue };
            let Init::Copy { from, .. } = &init else { continue };
            if args.iter().any(|a| matches!(a, Arg::RefMut(p) | Arg::Reborrow(p) if p.base == from.base)) {
                let temp = self.declare("copy", peeled(&ty), init, span);
                args[i] = Arg::Owned(Init::Move(Place::whole(temp)), ty);
            }
        }
        for i in 0..args.len() {
            let (place, mutable) = match &args[i] {
                Arg::Ref(p) => (p.clone(), false),
                Arg::RefMut(p) | Arg::Reborrow(p) => (p.clone(), true),
                _ => continue,
            };
            let clash = args.iter().enumerate().any(|(k, other)| match other {
                Arg::RefMut(p) | Arg::Reborrow(p) => p.base == place.base && (k < i || !mutable && k != i),
                Arg::Ref(p) => p.base == place.base && mutable && k < i,
                _ => false,
            });
            if !clash {
                continue;
            }
            let ty = peeled(&self.func.place_ty(&place));
            let (how, ty) = match self.func.types.resolve(&ty) {
                Ty::Slice(e) => (CopyHow::ToVec, Ty::Vec(e)),
                ty => (CopyHow::Clone, ty),
            };
            let init = if self.is_scalar_place(&place) {
                Init::Scalar(self.load(&place, span))
            } else {
                Init::Copy { from: place.clone(), how }
            };
            let temp = self.declare("view", ty.clone(), init, span);
            let temp_place = Place::whole(temp);
            args[i] = match &args[i] {
                Arg::RefMut(_) => Arg::RefMut(temp_place),
                Arg::Reborrow(_) => Arg::Reborrow(temp_place),
                _ => Arg::Ref(temp_place),
            };
            if mutable {
                if ty.is_scalar() {
                    self.scalars_back.push((place, temp));
                } else {
                    back.push((place, temp));
                }
            }
        }
        back
    }

    pub(super) fn argument(&mut self, a: Operand, span: Span) -> Option<Arg> {
        Some(match a {
            Operand::Value(v) => Arg::Value(v),
            Operand::Ref(p, true) => Arg::Reborrow(p),
            Operand::Ref(p, false) => Arg::Ref(p),
            Operand::Tuple(parts) => {
                Arg::Tuple(parts.into_iter().map(|p| self.argument(p, span)).collect::<Option<_>>()?)
            }
            Operand::Unit => Arg::Tokens(quote!(())),
            Operand::Path(p) => Arg::Tokens(p.to_token_stream()),
            Operand::Closure(_) | Operand::Function(_) => {
                self.sink.error(span, m::CLOSURE_ARGUMENT, "");
                return None;
            }
            Operand::Choice(..) => {
                self.sink.error(span, m::REFERENCE_CHOSEN, "");
                return None;
            }
            Operand::Range(_) | Operand::Iter(_) => {
                self.sink.error(span, m::ITERATOR_ARGUMENT, "");
                return None;
            }
            other => {
                let ty = self.ty_of(&other);
                match self.as_init(other, span)? {
                    Init::Scalar(v) => Arg::Value(v),
                    // A table of constants goes as it is.
                    Init::Copy { from, how: CopyHow::Bits | CopyHow::Clone }
                        if from.path.is_empty() && self.is_extern(from.base) =>
                    {
                        Arg::Tokens(self.extern_tokens(from.base))
                    }
                    init @ (Init::Move(_) | Init::Copy { .. }) => Arg::Owned(init, ty),
                    // A fresh aggregate gets a name, so that its shape can be asked for.
                    init => Arg::Owned(Init::Move(Place::whole(self.declare("temp", ty.clone(), init, span))), ty),
                }
            }
        })
    }

    fn touch_argument(&mut self, a: &Arg) {
        match a {
            Arg::RefMut(p) | Arg::Reborrow(p) => self.touched(p.base),
            Arg::Tuple(parts) => parts.iter().for_each(|p| self.touch_argument(p)),
            Arg::Value(_) | Arg::Ref(_) | Arg::Owned(..) | Arg::Tokens(_) | Arg::Function(_) => {}
        }
    }
}

/// Whether one of two places is surely part of the other. Fields beside each other are not; of elements it is not known.
fn meet(a: &Place, b: &Place) -> bool {
    a.base == b.base && a.path.iter().zip(&b.path).all(|(a, b)| a == b)
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

/// Whether a type that is known by its name is the type of the block.
fn is_named(of: &str, block: &syn::Type) -> bool {
    of.split('<').next().unwrap_or(of).trim() == crate::ir::name_of(block)
}

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

/// Types of std that hold a value where it cannot be followed, or where it may change unseen.
fn is_owner(name: &str) -> bool {
    matches!(name, "Box" | "Rc" | "Arc" | "Cell" | "RefCell" | "Mutex" | "RwLock" | "OnceCell")
}
