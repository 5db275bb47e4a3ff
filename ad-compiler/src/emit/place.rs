//! Places and what they are set to.

use super::at;
use super::body::Printer;
use super::expr::{Expr, Prec, Want};
use super::names::ident;
use super::respan;
use super::toks::Toks;
use crate::ir::ty::Len;
use crate::ir::{CopyHow, Count, Float, Init, PAYLOAD, Place, Proj, Ty, Var, VarKind};
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

impl Printer<'_> {
    /// A variable's name as it stands in the present region.
    pub(super) fn base(&self, v: Var, span: Span) -> TokenStream {
        if let Some(opened) = self.opened.get(&v) {
            let name = ident(opened, span);
            return quote!(#name);
        }
        match &self.func.vars[v.index()].kind {
            VarKind::Extern(tokens) => respan(tokens.clone()),
            _ => {
                let name = ident(self.names.var(v), span);
                quote!(#name)
            }
        }
    }

    /// Whether the whole of the variable is `*u`.
    fn is_reference(&self, v: Var) -> bool {
        self.func.vars[v.index()].by_ref || self.opened.contains_key(&v) || self.unwrapped.contains(&v)
    }

    /// Whether the variable is a `&str`, which is compared and passed as it is.
    fn is_text(&self, v: Var) -> bool {
        let data = &self.func.vars[v.index()];
        data.by_ref && matches!(data.ty.peel(), Ty::Str)
    }

    /// Whether the variable is a shadow or tangent whose kind is generic, and not unwrapped yet.
    pub(super) fn is_optional(&self, v: Var) -> bool {
        let optional = match self.func.vars[v.index()].kind {
            VarKind::ShadowParam { optional, .. } | VarKind::TangentParam { optional, .. } => optional,
            VarKind::Param(_) | VarKind::Local | VarKind::Extern(_) | VarKind::Generated | VarKind::Seed => false,
        };
        optional && !self.unwrapped.contains(&v)
    }

    /// `base[i].0[a..b]`, where `base` may be a reference. What a variant holds is a match of its own, which binds by
    /// `ref mut` where the place is `written` to:
    ///
    /// ```text
    /// (*match base { Shape::Disc { radius: ref value, .. } => value, _ => unreachable!() })
    /// ```
    fn along(&mut self, base: TokenStream, reference: bool, path: &[Proj], written: bool) -> TokenStream {
        let mut out = base;
        for (n, step) in path.iter().enumerate() {
            if let Proj::Variant { path: _, member } = step
                && member == PAYLOAD
            {
                let krate = &self.ctx.krate;
                let borrowed = if n == 0 && reference {
                    quote!(#out)
                } else if written {
                    quote!(&mut #out)
                } else {
                    quote!(&#out)
                };
                let method = if written { quote!(payload_mut) } else { quote!(payload) };
                out = quote!((*#krate::Wrapped::#method(#borrowed)));
                continue;
            }
            if let Proj::Variant { path, member } = step {
                let variant: TokenStream = path.parse().unwrap_or_default();
                let member: TokenStream = member.parse().unwrap_or_default();
                let by = if written { quote!(ref mut) } else { quote!(ref) };
                let value = super::call::whole();
                let star = (n == 0 && reference).then(|| quote!(*));
                out = quote! {
                    (*match #star #out {
                        #variant { #member: #by #value, .. } => #value,
                        #[allow(unreachable_patterns)]
                        _ => ::core::unreachable!(),
                    })
                };
                continue;
            }
            out.extend(match step {
                Proj::Variant { .. } => TokenStream::new(),
                Proj::Named(name) => {
                    let name = ident(name, self.span);
                    quote!(.#name)
                }
                Proj::Index(i) => {
                    let i = self.alone(*i, Want::Known);
                    quote!([#i])
                }
                Proj::Field(n) => {
                    let n = proc_macro2::Literal::u32_unsuffixed(*n);
                    quote!(.#n)
                }
                Proj::Range { lo, hi, inclusive } => {
                    let lo = lo.map(|v| self.value(v, Want::Known).within(Prec::Or));
                    let hi = hi.map(|v| self.value(v, Want::Known).within(Prec::Or));
                    let dots = if *inclusive { quote!(..=) } else { quote!(..) };
                    quote!([#lo #dots #hi])
                }
            });
        }
        out
    }

    /// A place as an operand or as the target of an assignment: `x`, `*u`, `u[i]`.
    pub(super) fn place(&mut self, p: &Place, span: Span) -> Expr {
        if let Some((row, rest)) = self.viewed(p) {
            return Expr::new(self.along(quote!(#row), true, rest, false), Prec::Postfix);
        }
        let base = self.base(p.base, span);
        if p.path.is_empty() && self.is_reference(p.base) && !self.is_text(p.base) {
            return Expr::new(quote_spanned!(at(span)=> *#base), Prec::Unary);
        }
        let reference = self.is_reference(p.base);
        Expr::new(self.along(base, reference, &p.path, false), Prec::Postfix)
    }

    /// A place that is written to.
    pub(super) fn target(&mut self, p: &Place, span: Span) -> Toks {
        if !p.path.iter().any(|step| matches!(step, Proj::Variant { .. })) {
            return self.place(p, span).tokens;
        }
        let (base, reference) = (self.base(p.base, span), self.is_reference(p.base));
        self.along(base, reference, &p.path, true).into()
    }

    /// A place in front of `.method()`, which dereferences by itself.
    pub(super) fn receiver_place(&mut self, p: &Place) -> TokenStream {
        if let Some((row, rest)) = self.viewed(p) {
            return self.along(quote!(#row), true, rest, false);
        }
        let (base, reference) = (self.base(p.base, self.span), self.is_reference(p.base));
        self.along(base, reference, &p.path, false)
    }

    /// The same in front of a method that changes it.
    pub(super) fn receiver_target(&mut self, p: &Place) -> TokenStream {
        let (base, reference) = (self.base(p.base, self.span), self.is_reference(p.base));
        self.along(base, reference, &p.path, true)
    }

    /// A place within `whole`, the parameter of a closure that stands for its base.
    pub(super) fn within(&mut self, whole: TokenStream, p: &Place, written: bool) -> TokenStream {
        self.along(whole, true, &p.path, written)
    }

    /// `&x[a..b]`; of a variable that is a shared reference itself, the variable.
    pub(super) fn shared(&mut self, p: &Place) -> TokenStream {
        let span = self.span;
        let data = &self.func.vars[p.base.index()];
        let copy = p.path.is_empty()
            && (self.opened.contains_key(&p.base)
                || self.is_text(p.base)
                || (data.by_ref && matches!(data.ty, Ty::Ref(_, false))));
        if copy {
            return self.base(p.base, span);
        }
        let place = self.place(p, span).tokens;
        quote_spanned!(at(span)=> &#place)
    }

    /// `&mut x[a..b]`, `&mut *u`
    pub(super) fn exclusive(&mut self, p: &Place) -> TokenStream {
        let span = self.span;
        let place = self.target(p, span);
        quote_spanned!(at(span)=> &mut #place)
    }

    /// All of a sequence as a slice: `&x[..]`.
    pub(super) fn slice(&mut self, p: &Place, exclusive: bool) -> TokenStream {
        let ranged = matches!(p.path.last(), Some(Proj::Range { .. }));
        let place = if ranged { p.clone() } else { p.then(Proj::Range { lo: None, hi: None, inclusive: false }) };
        if exclusive { self.exclusive(&place) } else { self.shared(&place) }
    }

    /// `x`, `*u`, `u[i]`, and of optional tangents and shadows
    ///
    /// ```text
    /// x_dot.present().map_or(0.0, |d| d[i])
    /// ```
    pub(super) fn load(&mut self, p: &Place, span: Span) -> Expr {
        let (sp, krate) = (at(span), self.ctx.krate.clone());
        let fields = self.fields_on_the_way(p);
        if !self.is_optional(p.base) {
            if fields.is_empty() {
                return self.place(p, span);
            }
            let fields: Vec<TokenStream> = fields.iter().map(|f| self.shared(f)).collect();
            let part = self.place(p, span).tokens;
            return Expr::new(quote_spanned!(sp=> #krate::tracked!(#(#fields),*; #part)), Prec::Postfix);
        }
        if let Some(row) = self.optional_view(p.base).map(|view| view.name.clone()) {
            // An optional shadow is read as it is written to.
            let ty = self.place_ty(p);
            let zero = self.zero_literal(&ty, span);
            self.unwrapped.push(p.base);
            let part = self.place(p, span).tokens;
            self.unwrapped.pop();
            return Expr::new(quote_spanned!(sp=> #row.as_deref().map_or(#zero, |#row| #part)), Prec::Postfix);
        }
        let name = self.base(p.base, span);
        let ty = self.place_ty(p);
        // A field of open type may be an integer.
        let zero = match ty {
            Ty::Var(_) if self.func.is_part(p) => quote_spanned!(sp=> ::core::default::Default::default()),
            _ => self.zero_literal(&ty, span),
        };
        let d = super::call::whole();
        let mut part =
            if p.path.is_empty() { quote_spanned!(sp=> *#d) } else { self.within(quote_spanned!(sp=> #d), p, false) };
        if !fields.is_empty() {
            let fields = fields.iter().map(|f| self.within(quote_spanned!(sp=> #d), f, false));
            part = quote_spanned!(sp=> #krate::tracked!(#(&#fields),*; #part));
        }
        Expr::new(quote_spanned!(sp=> #name.present().map_or(#zero, |#d| #part)), Prec::Postfix)
    }

    /// The fields of structs that a place of a tangent leads through. A constant field may be of a type that cannot be made
    /// free of floats, and what is read there is no derivative; rustc knows which.
    pub(super) fn fields_on_the_way(&self, p: &Place) -> Vec<Place> {
        let part = |step: &Proj| matches!(step, Proj::Named(_) | Proj::Variant { .. });
        if !self.func.vars[p.base.index()].tangent {
            return Vec::new();
        }
        let ends = (1..p.path.len()).filter(|k| part(&p.path[k - 1]));
        ends.map(|k| Place { base: p.base, path: p.path[..k].to_vec() }).collect()
    }

    /// The type of a place as far as it is known; references at its head are looked through.
    pub(super) fn place_ty(&mut self, p: &Place) -> Ty {
        let ty = self.func.place_ty(p);
        self.func.types.resolve(&ty).peel().clone()
    }

    /// Whether a literal stored to the place is typed by it: where the macro knows the type, the declaration says it.
    pub(super) fn want(&mut self, p: &Place) -> Want {
        let ty = self.place_ty(p);
        let ty = ty.element().unwrap_or(&ty);
        if is_plain(ty) { Want::Known } else { Want::Open }
    }

    /// `0.0`, with the suffix of a known type.
    pub(super) fn zero_literal(&self, ty: &Ty, span: Span) -> TokenStream {
        let text = match ty {
            Ty::Float(Float::Param(_)) => return super::number::float(ty, "0.0", &self.ctx.krate, span),
            Ty::Float(f) if f.known().is_some() => format!("0.0_{}", f.name()),
            _ => "0.0".to_string(),
        };
        let lit = super::literal(&text, span);
        quote!(#lit)
    }

    /// The right-hand side of an assignment or a `let`.
    pub(super) fn init(&mut self, init: &Init, want: Want) -> TokenStream {
        let span = self.span;
        let sp = at(span);
        match init {
            Init::Uninit => unreachable!("a declaration without a value has no right-hand side"),
            Init::Scalar(v) => self.alone(*v, want).stream(),
            Init::Repeat { elem, len, vec } => {
                let elem = self.init(elem, want);
                let len = match len {
                    Count::Value(n) => self.alone(*n, Want::Known).stream(),
                    Count::Const(n) => respan(n.clone()),
                };
                if *vec { quote_spanned!(sp=> ::std::vec![#elem; #len]) } else { quote_spanned!(sp=> [#elem; #len]) }
            }
            Init::List { elems, vec } => {
                // The first says for all what they are.
                let elems: Vec<TokenStream> = elems
                    .iter()
                    .enumerate()
                    .map(|(i, e)| {
                        let want = if i == 0 { want } else { Want::Known };
                        match e {
                            // In parentheses: on a line of its own, clippy would see a forgotten comma before a minus or star.
                            Init::Scalar(v) => self.value(*v, want).within(Prec::Unary).stream(),
                            e => self.init(e, want),
                        }
                    })
                    .collect();
                if *vec { quote_spanned!(sp=> ::std::vec![#(#elems),*]) } else { quote_spanned!(sp=> [#(#elems),*]) }
            }
            Init::Tuple(elems) => {
                let elems: Vec<TokenStream> = elems.iter().map(|e| self.init(e, want)).collect();
                tuple(&elems)
            }
            Init::Record { path, fields, rest } => {
                let path = respan(path.clone());
                let values: Vec<TokenStream> = fields.iter().map(|(_, e)| self.init(e, want)).collect();
                let positional =
                    !fields.is_empty() && fields.iter().enumerate().all(|(i, (name, _))| *name == i.to_string());
                if positional && rest.is_none() {
                    return quote_spanned!(sp=> #path(#(#values),*));
                }
                let names = fields.iter().map(|(name, _)| name.parse::<TokenStream>().unwrap_or_default());
                let rest = rest.as_ref().map(|(from, how)| {
                    let init = Init::Copy { from: from.clone(), how: *how };
                    let from = self.init(&init, want);
                    quote_spanned!(sp=> ..#from)
                });
                quote_spanned!(sp=> #path { #(#names: #values,)* #rest })
            }
            Init::NewVec { capacity: None } => quote_spanned!(sp=> ::std::vec::Vec::new()),
            Init::NewVec { capacity: Some(n) } => {
                let n = self.alone(*n, Want::Known);
                quote_spanned!(sp=> ::std::vec::Vec::with_capacity(#n))
            }
            Init::Copy { from, how } => match how {
                CopyHow::Bits => self.place(from, span).tokens.stream(),
                CopyHow::Clone => {
                    let place = self.receiver_place(from);
                    quote_spanned!(sp=> #place.clone())
                }
                CopyHow::ToVec => {
                    let place = self.receiver_place(from);
                    quote_spanned!(sp=> #place.to_vec())
                }
            },
            // Out of a variant: the whole is matched by value.
            Init::Move(p) if matches!(&p.path[..], [Proj::Variant { .. }]) && !self.is_reference(p.base) => {
                let [Proj::Variant { path, member }] = &p.path[..] else { return TokenStream::new() };
                let (base, whole) = (self.base(p.base, span), super::call::whole());
                let (path, member): (TokenStream, TokenStream) =
                    (path.parse().unwrap_or_default(), member.parse().unwrap_or_default());
                quote_spanned! {sp=>
                    match #base {
                        #path { #member: #whole, .. } => #whole,
                        #[allow(unreachable_patterns)]
                        _ => ::core::unreachable!(),
                    }
                }
            }
            Init::Move(p) => self.place(p, span).tokens.stream(),
            Init::Take(p) => {
                let place = self.exclusive(p);
                quote_spanned!(sp=> ::core::mem::take(#place))
            }
            Init::Popped(p) => {
                let place = self.receiver_place(p);
                quote_spanned!(sp=> #place.pop().expect("every pop has its push"))
            }
            Init::ZeroLike(p) => self.zero_like(p),
            Init::Shape(residual) => {
                let name = self.base(residual.0, span);
                quote_spanned!(sp=> #name.clone())
            }
        }
    }

    /// The zero cotangent of a place: written out for floats and plain sequences of them, else by the runtime.
    pub(super) fn zero_like(&mut self, p: &Place) -> TokenStream {
        let span = self.span;
        let sp = at(span);
        let ty = self.place_ty(p);
        match &ty {
            Ty::Float(_) => self.zero_literal(&ty, span),
            Ty::Array(e, Len::Known(n)) if matches!(**e, Ty::Float(_)) => {
                let zero = self.zero_literal(e, span);
                let n: TokenStream = n.parse().unwrap_or_default();
                quote_spanned!(sp=> [#zero; #n])
            }
            // A sequence by value that is known by its indexing alone may be an array.
            Ty::Slice(_) if self.func.is_part(p) || p.path.is_empty() && !self.func.vars[p.base.index()].by_ref => {
                let krate = &self.ctx.krate.clone();
                let place = self.shared(p);
                quote_spanned!(sp=> #krate::zero(#place))
            }
            Ty::Vec(e) | Ty::Slice(e) if matches!(**e, Ty::Float(_)) => {
                let zero = self.zero_literal(e, span);
                let place = self.receiver_place(p);
                quote_spanned!(sp=> ::std::vec![#zero; #place.len()])
            }
            // A part of a struct: the cotangent has the field's own type.
            _ if self.func.is_part(p) => {
                let krate = &self.ctx.krate.clone();
                let place = self.shared(p);
                quote_spanned!(sp=> #krate::Component::zeroed(#place))
            }
            _ => {
                let krate = &self.ctx.krate.clone();
                let place = self.shared(p);
                quote_spanned!(sp=> #krate::zero(#place))
            }
        }
    }

    /// A copy that outlives what the place holds now.
    pub(super) fn copy_of(&mut self, p: &Place) -> TokenStream {
        let span = self.span;
        let sp = at(span);
        match self.place_ty(p) {
            Ty::Float(_) | Ty::Int(_) | Ty::Bool | Ty::Char => self.place(p, span).tokens.stream(),
            // The result of a call may be an array, or a reference.
            Ty::Slice(_) if p.path.is_empty() && matches!(self.func.vars[p.base.index()].kind, VarKind::Local) => {
                let (krate, place) = (self.ctx.krate.clone(), self.receiver_place(p));
                quote_spanned!(sp=> #krate::keep!(#place.clone()))
            }
            Ty::Slice(_) => {
                let place = self.receiver_place(p);
                quote_spanned!(sp=> #place.to_vec())
            }
            Ty::Vec(_) | Ty::Array(..) | Ty::Tuple(_) => {
                let place = self.receiver_place(p);
                quote_spanned!(sp=> #place.clone())
            }
            _ => {
                let place = self.shared(p);
                quote_spanned!(sp=> ::std::borrow::ToOwned::to_owned(#place))
            }
        }
    }
}

/// `(a, b)`, `(a,)`, `()`
pub(super) fn tuple(parts: &[TokenStream]) -> TokenStream {
    match parts {
        [one] => quote!((#one,)),
        parts => quote!((#(#parts),*)),
    }
}

/// Whether the type can be written out.
pub(super) fn is_plain(ty: &Ty) -> bool {
    match ty {
        Ty::Float(_) | Ty::Int(_) | Ty::Bool | Ty::Char | Ty::Unit => true,
        Ty::Tuple(parts) => parts.iter().all(is_plain),
        Ty::Array(e, _) | Ty::Vec(e) | Ty::Option(e) => is_plain(e),
        Ty::Result(..) => false,
        Ty::Str | Ty::Slice(_) | Ty::Ref(..) | Ty::Var(_) | Ty::Other(_) => false,
    }
}

/// Whether a cotangent of this type is passed by a plain copy.
pub(super) fn is_copy(ty: &Ty) -> bool {
    match ty {
        Ty::Float(_) | Ty::Int(_) | Ty::Bool | Ty::Char | Ty::Unit => true,
        Ty::Tuple(parts) => parts.iter().all(is_copy),
        Ty::Array(e, _) | Ty::Option(e) => is_copy(e),
        Ty::Result(..) => false,
        Ty::Str | Ty::Slice(_) | Ty::Vec(_) | Ty::Ref(..) | Ty::Var(_) | Ty::Other(_) => false,
    }
}
