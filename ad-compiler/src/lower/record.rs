//! Structs and enums: literals, fields and patterns.
//!
//! The macro sees the names of fields and not their types. A struct is always a variable, its fields are places in it, and
//! what a variant of an enum holds is a place that exists while the enum is of that variant:
//!
//! ```text
//! let p = Point { x: a, y: 2.0 };        declare p, Point { x: v1, y: v2 }
//! p.x * p.x                              v3 = load p.x …
//! match s { Shape::Disc { r } => … }     v4 = matches s, Shape::Disc { .. };  if v4 { v5 = load s.Shape::Disc.r … }
//! ```

use super::Lower;
use super::env::Operand;
use super::pattern::Test;
use crate::ir::{CopyHow, Init, OpKind, Place, Proj, Ty, Value};
use crate::messages as m;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use std::rc::Rc;
use syn::spanned::Spanned;
use syn::{ExprStruct, Member, Pat};

impl Lower<'_> {
    /// `Point { x: a, ..base }`
    pub(super) fn struct_expr(&mut self, s: &ExprStruct) -> Operand {
        let span = s.path.span();
        if s.qself.is_some() {
            self.sink.error(span, m::EXPRESSION, crate::diag::text(s.to_token_stream()));
            return Operand::Never;
        }
        let path = s.path.to_token_stream();
        let of = self.own_name(record_ty(&s.path));
        let mut parts = Vec::new();
        for (i, field) in s.fields.iter().enumerate() {
            let name = member_name(&field.member);
            let want = self.member_ty(&of, &s.path, &name);
            let op = self.expr(&field.expr, Some(&want));
            let mut op = self.settled(op, field.expr.span());
            let later = s.fields.iter().skip(i + 1).map(|f| &f.expr).chain(s.rest.as_deref());
            if later.into_iter().any(super::expr::may_write) {
                op = self.secured(op, field.expr.span());
            }
            if matches!(op, Operand::Never) {
                return Operand::Never;
            }
            let got = self.ty_of(&op);
            let _ = self.func.types.unify(&want, &got);
            parts.push((name, op, field.expr.span()));
        }
        let rest = match &s.rest {
            None => None,
            Some(base) => {
                let op = self.expr(base, None);
                if matches!(op, Operand::Never) {
                    return Operand::Never;
                }
                match self.as_place(op, base.span()) {
                    Some(place) => Some((place, CopyHow::Bits)),
                    None => return Operand::Never,
                }
            }
        };
        self.record(path, Ty::Other(of), parts, rest, span)
    }

    /// `Self` by the name of the type.
    fn own_name(&self, of: String) -> String {
        match &self.sig.method {
            Some(method) if of == "Self" => method.self_ty.to_token_stream().to_string(),
            _ => of,
        }
    }

    /// `Point(a, b)`, `Shape::Rectangle(a, b)`
    pub(super) fn constructor(&mut self, path: &syn::Path, args: Vec<Operand>, span: Span) -> Operand {
        let mut parts = Vec::new();
        let last = path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
        let inner = args.first().map(|a| self.ty_of(a)).map(|t| super::peeled(&t));
        let inner = inner.unwrap_or_else(|| self.func.types.fresh());
        let of = match last.as_str() {
            "Some" | "None" => Ty::Option(Box::new(inner)),
            "Ok" => Ty::Result(Box::new(inner), "_".into()),
            "Err" => {
                let good = self.func.types.fresh();
                Ty::Result(Box::new(good), "_".into())
            }
            _ => Ty::Other(self.own_name(record_ty(path))),
        };
        for (i, op) in args.into_iter().enumerate() {
            let name = i.to_string();
            if let Ty::Other(of) = &of {
                let want = self.member_ty(&of.clone(), path, &name);
                let got = self.ty_of(&op);
                let _ = self.func.types.unify(&want, &got);
            }
            parts.push((name, op, span));
        }
        self.record(path.to_token_stream(), of, parts, None, span)
    }

    fn record(
        &mut self,
        path: TokenStream,
        of: Ty,
        parts: Vec<(String, Operand, Span)>,
        rest: Option<(Place, CopyHow)>,
        span: Span,
    ) -> Operand {
        let mut fields = Vec::new();
        for (name, op, at) in parts {
            match self.as_init(op, at) {
                Some(init) => fields.push((name, init)),
                None => return Operand::Never,
            }
        }
        let var = self.declare("value", of, Init::Record { path, fields, rest }, span);
        Operand::Owned(var)
    }

    /// The type of a field that a constructor sets, the same for all values of the type.
    fn member_ty(&mut self, of: &str, path: &syn::Path, member: &str) -> Ty {
        if crate::ir::is_variant(&path.to_token_stream()) {
            let variant = path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
            return self.func.types.field(of, &format!("{variant}.{member}"));
        }
        self.func.types.field(of, member)
    }

    /// `operand.name`
    pub(super) fn named_field(&mut self, operand: Operand, name: &syn::Ident) -> Operand {
        let span = name.span();
        let step = Proj::Named(name.to_string());
        match operand {
            Operand::Choice(which, of) => {
                let parts = of.iter().map(|o| self.named_field(o.clone(), name)).collect();
                Operand::Choice(which, Rc::new(parts))
            }
            Operand::Never => Operand::Never,
            Operand::Place(_) | Operand::Ref(..) | Operand::Owned(_) | Operand::Path(_) => {
                self.project(operand, step, span)
            }
            Operand::Value(v) => {
                self.computed_struct(v);
                self.sink.error(span, m::STRUCT_FIELD, name.to_string());
                Operand::Never
            }
            Operand::Unit
            | Operand::Fresh(..)
            | Operand::Tuple(_)
            | Operand::Closure(_)
            | Operand::Function(_)
            | Operand::Range(_)
            | Operand::Iter(_)
            | Operand::Maybe(..)
            | Operand::Ordering(_) => {
                self.sink.error(span, m::STRUCT_FIELD, name.to_string());
                Operand::Never
            }
        }
    }

    /// Binds the names of `Point { x, y: Some(z), .. }` or `Shape::Rectangle(a, b)`, which is known to match.
    pub(super) fn bind_record(
        &mut self,
        parts: Vec<(String, &Pat)>,
        path: &syn::Path,
        refutable: bool,
        operand: Operand,
    ) {
        let span = path.span();
        let by_ref = match &operand {
            Operand::Ref(_, mutable) => Some(*mutable),
            _ => None,
        };
        let Some(place) = self.as_place(operand, span) else { return };
        for (name, pat) in parts {
            let part = place.then(self.step(path, &name, refutable));
            let _ = self.func.place_ty(&part);
            match by_ref {
                Some(mutable) => self.bind_pattern(pat, Operand::Ref(part, mutable)),
                None => self.bind_pattern(pat, Operand::Place(part)),
            }
        }
    }

    /// When `Shape::Rectangle(a, 0.0)` matches: the variant first, and only then what it holds.
    pub(super) fn matches_record(
        &mut self,
        parts: Vec<(String, &Pat)>,
        path: &syn::Path,
        operand: &Operand,
        span: Span,
    ) -> Option<Test> {
        let place = self.as_place(operand.clone(), span)?;
        let pattern = quote!(#path { .. });
        let is = self.push_value(OpKind::Matches(place.clone(), pattern), Ty::Bool, span);
        if parts.iter().all(|(_, p)| super::pattern::is_irrefutable(p)) {
            return Some(Test::If(is));
        }
        let v = self.lazy_and(is, true, span, |this| {
            let mut all = Test::Always;
            for (name, pat) in parts {
                let part = Operand::Place(place.then(this.step(path, &name, true)));
                let test = this.matches(pat, &part)?;
                all = this.both(all, test, span);
            }
            Some(this.truth(all, span))
        })?;
        Some(Test::If(v))
    }

    /// A test as a value.
    pub(super) fn truth(&mut self, test: Test, span: Span) -> Value {
        match test {
            Test::Always => self.lit("true", Ty::Bool, span),
            Test::If(v) => v,
        }
    }

    /// The field of a struct, or of a variant: where a pattern may fail, a lone name is taken for that of a variant.
    fn step(&mut self, path: &syn::Path, name: &str, refutable: bool) -> Proj {
        let tokens = path.to_token_stream();
        if refutable && path.segments.len() == 1 {
            return Proj::Variant { path: tokens.to_string(), member: name.to_string() };
        }
        Proj::member(&tokens, name)
    }
}

/// The name of a struct's type, or of the enum of a variant, as the function's types have it.
pub(super) fn record_ty(path: &syn::Path) -> String {
    let mut path = path.clone();
    if crate::ir::is_variant(&path.to_token_stream()) && path.segments.len() > 1 {
        path.segments.pop();
        if let Some(last) = path.segments.pop() {
            path.segments.push(last);
        }
    }
    path.to_token_stream().to_string()
}

pub(super) fn member_name(member: &Member) -> String {
    match member {
        Member::Named(name) => name.to_string(),
        Member::Unnamed(n) => n.index.to_string(),
    }
}

/// The parts of a struct's or variant's pattern by their names; `..` may leave some out.
pub(super) fn record_parts(pat: &Pat) -> Option<(Vec<(String, &Pat)>, &syn::Path)> {
    match pat {
        Pat::Struct(s) => Some((s.fields.iter().map(|f| (member_name(&f.member), &*f.pat)).collect(), &s.path)),
        Pat::TupleStruct(s) => {
            let parts = s.elems.iter().enumerate().filter(|(_, p)| !matches!(p, Pat::Rest(_)));
            Some((parts.map(|(i, p)| (i.to_string(), p)).collect(), &s.path))
        }
        _ => None,
    }
}

/// `Shape::Rectangle(.., b)`: where `b` stands is known to rustc only.
pub(super) fn counts_from_the_end(pat: &Pat) -> bool {
    let Pat::TupleStruct(s) = pat else { return false };
    let rest = s.elems.iter().position(|p| matches!(p, Pat::Rest(_)));
    rest.is_some_and(|r| r + 1 < s.elems.len())
}

/// Whether a path names a variant without fields, or a struct without fields: `Shape::Point`, not `f64::MAX`.
pub(super) fn is_unit(path: &syn::Path) -> bool {
    path.segments.last().is_some_and(|s| {
        let name = s.ident.to_string();
        name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase) && s.arguments.is_none()
    })
}
