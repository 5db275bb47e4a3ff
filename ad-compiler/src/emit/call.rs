//! Calls, and their derivative forms.

use super::at;
use super::body::{Printer, Stmt};
use super::expr::{Prec, Want};
use super::names::ident;
use super::passed::As;
use super::place::{is_copy, tuple};
use super::respan;
use crate::ir::{
    Arg, ArgShadow, Call, CopyHow, Form, Init, Keeping, OpKind, Operator, Place, Residual, Ty, Var, VarKind,
};
use crate::signature::located;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use std::collections::BTreeSet;

/// How many of a call's arguments are the user's: those of a tangent as a function are followed by their tangents.
fn primals(call: &Call) -> usize {
    call.own().len() >> call.prefix.matches("tangent_").count()
}

/// A function that the body calls in a derivative form.
pub(super) struct Callee {
    path: String,
    tokens: TokenStream,
    alias: Ident,
    arity: usize,
    turbofish: bool,
    /// Whether it is only passed to others, by a name that may be a constant's.
    passed: bool,
}

impl Callee {
    /// A function that no call of the body names.
    pub(super) fn new(path: &syn::Path, alias: Ident, arity: usize) -> Self {
        let tokens = respan(path.to_token_stream());
        Callee { path: tokens.to_string(), tokens, alias, arity, turbofish: false, passed: false }
    }

    /// How the callee is named where the call stands.
    pub(super) fn ty(&self, krate: &TokenStream) -> TokenStream {
        let alias = &self.alias;
        if self.stub_has_forms() { quote!(#alias) } else { quote!(<<#alias as #krate::Callable>::Derivatives>) }
    }

    fn stub_has_forms(&self) -> bool {
        !self.turbofish && (1..=12).contains(&self.arity)
    }
}

/// The head of the block: a callee's own type wins over the glob import, and without one the stub is the single error.
///
/// ```text
/// mod __m { pub type __c_helper = ::ad_runtime::missing::Callee2<()>; }
/// use __m::*;
/// use path::helper as __c_helper;
/// let _: Option<<__c_helper as ::ad_runtime::Callable>::Derivatives> = None;
/// ```
pub(super) fn head(callees: &[Callee], siblings: &Siblings, krate: &TokenStream) -> TokenStream {
    let siblings = siblings.head(krate);
    if callees.is_empty() {
        return siblings;
    }
    let (mut stubs, mut rest) = (TokenStream::new(), TokenStream::new());
    for callee in callees {
        let (alias, path) = (&callee.alias, &callee.tokens);
        stubs.extend(if callee.stub_has_forms() {
            let stub = ident(&format!("Callee{}", callee.arity), alias.span());
            quote!(pub type #alias = #krate::missing::#stub<()>;)
        } else {
            quote!(pub type #alias = #krate::missing::Callee;)
        });
        let sp = alias.span();
        if callee.passed {
            rest.extend(quote_spanned!(sp=> use #path as #alias;));
            continue;
        }
        rest.extend(quote_spanned! {sp=>
            use #path as #alias;
            let _: ::core::option::Option<<#alias as #krate::Callable>::Derivatives> = ::core::option::Option::None;
        });
    }
    let passed = callees.iter().any(|c| c.passed).then(|| quote!(use #krate::functions::Takes as _;));
    quote!(mod __m { #stubs } use __m::*; #passed #rest #siblings)
}

/// The names of derivatives that rustc may not find: those of methods, and those of higher order.
#[derive(Default)]
pub(super) struct Siblings {
    first: BTreeSet<String>,
    higher: BTreeSet<String>,
}

impl Siblings {
    fn note(&mut self, name: &Ident, higher: bool) {
        let of = if higher { &mut self.higher } else { &mut self.first };
        of.insert(name.to_string());
    }

    /// ```text
    /// trait __PutDifferentiateOnItsImpl { fn energy_forward(&self) {} }
    /// impl<T: ?Sized + ::ad_runtime::missing::Sibling> __PutDifferentiateOnItsImpl for T {}
    /// ```
    fn head(&self, krate: &TokenStream) -> TokenStream {
        let mut out = TokenStream::new();
        for (names, of, bound) in
            [(&self.first, "__PutDifferentiateOnItsImpl", "Sibling"), (&self.higher, "__HigherOrder", "HigherOrder")]
        {
            if names.is_empty() {
                continue;
            }
            let names = names.iter().map(|n| ident(n, Span::call_site()));
            let (of, bound) = (ident(of, Span::call_site()), ident(bound, Span::call_site()));
            out.extend(quote! {
                trait #of { #(fn #names(&self) {})* }
                impl<T: ?Sized + #krate::missing::#bound> #of for T {}
            });
        }
        out
    }
}

impl Printer<'_> {
    /// The callee's type: `Self` for the function itself.
    pub(super) fn callee(&mut self, call: &Call) -> TokenStream {
        let sp = at(self.span);
        let itself = call.path.segments.last().is_some_and(|s| s.ident == self.source.name);
        if call.recursive && itself {
            return quote_spanned!(sp=> Self);
        }
        let tokens = respan(call.path.to_token_stream());
        let path = tokens.to_string();
        let krate = self.ctx.krate.clone();
        if let Some(known) = self.callees.iter().find(|c| c.path == path && !c.passed) {
            return known.ty(&krate);
        }
        // Of `f::grad` the type is `f`.
        let mut of = call.path.clone();
        if call.is_nested() {
            of.segments.pop();
            of.segments.pop_punct();
        }
        let tokens = respan(of.to_token_stream());
        let path = tokens.to_string();
        if let Some(known) = self.callees.iter_mut().find(|c| c.path == path) {
            if known.passed {
                (known.arity, known.turbofish, known.passed) = (call.own().len(), call.turbofish.is_some(), false);
            }
            return known.ty(&krate);
        }
        let last = of.segments.last().map_or_else(String::new, |s| s.ident.to_string());
        let last = last.trim_start_matches("r#");
        let span = of.segments.last().map_or(self.span, |s| s.ident.span());
        let alias = ident(&self.names.fresh(&format!("__c_{last}")), span);
        let turbofish = call.turbofish.is_some();
        let callee = Callee { path, tokens, alias, arity: call.own().len(), turbofish, passed: false };
        let ty = callee.ty(&krate);
        self.callees.push(callee);
        ty
    }

    /// The type of an annotated function that is passed by its name.
    pub(super) fn callee_at(&mut self, of: &syn::Path) -> Ident {
        let tokens = respan(of.to_token_stream());
        let path = tokens.to_string();
        if let Some(known) = self.callees.iter().find(|c| c.path == path) {
            return known.alias.clone();
        }
        let last = of.segments.last().map_or_else(String::new, |s| s.ident.to_string());
        let span = of.segments.last().map_or(self.span, |s| s.ident.span());
        let alias = ident(&self.names.fresh(&format!("__c_{}", last.trim_start_matches("r#"))), span);
        self.callees.push(Callee { path, tokens, alias: alias.clone(), arity: 0, turbofish: false, passed: true });
        alias
    }

    /// A derivative form of a call: `helper::forward(a, more)`, `Body::new_forward(a, more)`, `body.energy_forward(a, more)`.
    fn form(&mut self, call: &Call, which: &str, turbofish: Option<TokenStream>, more: &TokenStream) -> TokenStream {
        let sp = at(self.span);
        let mut args = self.args(call, As::Value);
        match call.form {
            Form::Value => {
                let Some(f) = &call.value else { return TokenStream::new() };
                let f = if which == "adjoint" { &f.bar } else { &f.dot };
                quote_spanned!(sp=> #f(#(#args,)* #more))
            }
            Form::Function => {
                let callee = self.callee(call);
                let which = ident(&format!("{}{which}", call.prefix), self.span);
                if !call.prefix.is_empty() && !call.recursive {
                    self.siblings.note(&which, true);
                }
                quote_spanned!(sp=> #callee::#which #turbofish(#(#args,)* #more))
            }
            Form::Associated => {
                let path = self.sibling(call, which);
                quote_spanned!(sp=> #path #turbofish(#(#args,)* #more))
            }
            Form::Method => {
                args.remove(0);
                let (receiver, name) = (self.receiver_of(call), self.sibling(call, which));
                quote_spanned!(sp=> #receiver.#name #turbofish(#(#args,)* #more))
            }
            Form::Operator(op) => {
                let krate = self.ctx.krate.clone();
                let again = if call.prefix.is_empty() { "" } else { "2" };
                let rule = ident(&format!("{}{again}", op.trait_name()), self.span);
                let which = ident(&format!("operator_{}{which}", call.prefix), self.span);
                quote_spanned!(sp=> #krate::operators::#rule::#which(#(#args,)* #more))
            }
        }
    }

    /// `v * k`, `-v`, `v *= k`
    fn operator(&mut self, op: Operator, args: &[Arg]) -> TokenStream {
        let sp = at(self.span);
        let mut args = args.iter();
        let (left, right) = (args.next(), args.next());
        let mut operand = |a: Option<&Arg>, least: Prec| match a {
            Some(Arg::Value(v)) => self.value(*v, Want::Open).within(least).stream(),
            Some(Arg::RefMut(p)) => self.target(p, self.span).stream(),
            Some(a) => self.arg(a),
            None => TokenStream::new(),
        };
        let symbol = punctuated(op.symbol(), sp);
        match op {
            Operator::Neg => {
                let of = operand(left, Prec::Unary);
                quote_spanned!(sp=> #symbol #of)
            }
            Operator::Binary(_) => {
                let (left, right) = (operand(left, Prec::Unary), operand(right, Prec::Unary));
                quote_spanned!(sp=> #left #symbol #right)
            }
            Operator::Assign(_) => {
                let (left, right) = (operand(left, Prec::Or), operand(right, Prec::Or));
                quote_spanned!(sp=> #left #symbol #right)
            }
        }
    }

    /// `Body::new_forward`, `energy_forward`
    fn sibling(&mut self, call: &Call, which: &str) -> TokenStream {
        let mut path = call.path.clone();
        if let Some(last) = path.segments.last_mut() {
            last.ident = Ident::new(&format!("{}_{}{which}", last.ident, call.prefix), last.ident.span());
            self.siblings.note(&last.ident, !call.prefix.is_empty());
        }
        respan(path.to_token_stream())
    }

    /// What a method is called on, which rustc borrows as the method asks.
    fn receiver_of(&mut self, call: &Call) -> TokenStream {
        match call.args.first() {
            Some(Arg::Ref(p)) if call.lent => {
                let (place, sp) = (self.shared(p), at(self.span));
                quote_spanned!(sp=> (#place))
            }
            // `(*s)` of a reference: rustc's words about a missing method are then of the type behind it.
            Some(Arg::Ref(p) | Arg::RefMut(p) | Arg::Reborrow(p)) if p.path.is_empty() => {
                self.place(p, self.span).within(Prec::Postfix).stream()
            }
            Some(Arg::Ref(p)) => self.receiver_place(p),
            Some(Arg::RefMut(p) | Arg::Reborrow(p)) => self.receiver_target(p),
            Some(other) => {
                let value = self.arg(other);
                quote!((#value))
            }
            None => TokenStream::new(),
        }
    }

    /// Whether the callee takes argument `i` as a shared reference, as an expression.
    fn is_shared(&mut self, call: &Call, i: usize) -> TokenStream {
        let sp = at(self.span);
        let i = proc_macro2::Literal::usize_unsuffixed(i);
        match call.form {
            Form::Value => quote_spanned!(sp=> false),
            Form::Function => {
                let callee = self.callee(call);
                quote_spanned!(sp=> #callee::SHARED[#i])
            }
            // Of a tangent as a function the first arguments are the function's own.
            Form::Associated => {
                let path = self.sibling(&Call { prefix: String::new(), ..call.clone() }, "shared");
                quote_spanned!(sp=> #path()[#i])
            }
            Form::Method => {
                let own = Call { prefix: String::new(), ..call.clone() };
                let (receiver, name) = (self.receiver_of(call), self.sibling(&own, "shared"));
                quote_spanned!(sp=> #receiver.#name()[#i])
            }
            // A joint call asks for nothing of the kind.
            Form::Operator(_) => quote_spanned!(sp=> false),
        }
    }

    /// The user's turbofish; `forward` has one kind parameter per argument behind the user's.
    fn turbofish(&self, call: &Call, kinds: bool) -> Option<TokenStream> {
        let user: Vec<TokenStream> =
            call.turbofish.as_ref()?.args.iter().map(|a| respan(a.to_token_stream())).collect();
        // Of tangents as functions also a parameter for each tangent among the arguments, but for those by `&mut`.
        let (n, first) = (call.own().len(), primals(call));
        let by_mut = |i: &usize| matches!(call.own()[i % first], Arg::RefMut(_) | Arg::Reborrow(_));
        let dots = (first..n).filter(|i| !by_mut(i)).count();
        let blanks = (0..dots + if kinds { n } else { 0 }).map(|_| quote!(_));
        Some(quote!(::<#(#user,)* #(#blanks),*>))
    }

    fn args(&mut self, call: &Call, form: As) -> Vec<TokenStream> {
        let first = primals(call);
        let each = call.own().iter().enumerate().map(|(i, a)| match a {
            Arg::Function(f) => self.passed(call, i, f, form),
            a if i >= first && call.form == Form::Function && self.is_by_name(&call.own()[i % first]) => {
                // Of what is passed by its name the callee takes the tangent by `&mut`, or a copy of it.
                let (sp, krate, shared) = (at(self.span), self.ctx.krate.clone(), self.is_shared(call, i % first));
                let dot = self.arg(a);
                quote_spanned!(sp=> <#krate::ByName<{ #shared }>>::dot(#dot))
            }
            a => self.arg(a),
        });
        each.collect()
    }

    /// Whether an argument is a `&mut` variable that is passed by its name: rustc borrows it as the callee asks, and what
    /// the callee returns may keep it borrowed.
    fn is_by_name(&self, arg: &Arg) -> bool {
        matches!(arg, Arg::Reborrow(p) if p.path.is_empty() && self.func.vars[p.base.index()].by_ref)
    }

    pub(super) fn arg(&mut self, arg: &Arg) -> TokenStream {
        match arg {
            Arg::Value(v) => self.alone(*v, Want::Known).stream(),
            Arg::Ref(p) => self.shared(p),
            Arg::Reborrow(p) if self.is_by_name(arg) => self.base(p.base, self.span),
            Arg::RefMut(p) | Arg::Reborrow(p) => self.exclusive(p),
            Arg::Owned(init, _) => self.init(init, Want::Known),
            Arg::Tuple(parts) => tuple(&parts.iter().map(|p| self.arg(p)).collect::<Vec<_>>()),
            Arg::Tokens(tokens) => respan(tokens.clone()),
            // With its call.
            Arg::Function(_) => TokenStream::new(),
        }
    }

    /// What the reverse half takes again: `&place` for shared references, `()` for all else.
    fn again(&mut self, call: &Call, kept: &TokenStream) -> TokenStream {
        let krate = self.ctx.krate.clone();
        let mut n = 0;
        let parts: Vec<TokenStream> = call
            .own()
            .iter()
            .enumerate()
            .map(|(i, a)| match a {
                Arg::Function(f) => self.passed(call, i, f, As::Again),
                // A method may take its receiver by value all the same.
                Arg::Ref(p) if i == 0 && call.form == Form::Method => {
                    let place = self.shared(p);
                    quote!(#krate::again(::core::option::Option::Some(#place)))
                }
                Arg::Reborrow(_) => {
                    let i = proc_macro2::Literal::usize_unsuffixed(n);
                    n += 1;
                    quote!(#krate::again(#kept.1.#i.as_ref()))
                }
                a if self.may_be_reference(a) => {
                    let i = proc_macro2::Literal::usize_unsuffixed(n);
                    n += 1;
                    quote!(#krate::again(::core::option::Option::Some(&#kept.1.#i)))
                }
                Arg::Ref(p) => self.shared(p),
                Arg::Tokens(tokens) if tokens.to_string().starts_with('&') => respan(tokens.clone()),
                // A constant of unknown type may be a reference.
                Arg::Tokens(tokens) if is_path(tokens) => {
                    let tokens = respan(tokens.clone());
                    quote!(#krate::again(::core::option::Option::Some(&#tokens)))
                }
                Arg::Value(_) | Arg::RefMut(_) | Arg::Owned(..) | Arg::Tuple(_) | Arg::Tokens(_) => quote!(()),
            })
            .collect();
        tuple(&parts)
    }

    /// Whether an argument by value may be a reference, as far as the macro knows: the result of another call.
    fn may_be_reference(&mut self, arg: &Arg) -> bool {
        match arg {
            Arg::Owned(Init::Move(p) | Init::Copy { from: p, how: CopyHow::Bits }, _) => {
                matches!(self.place_ty(p), Ty::Slice(_) | Ty::Var(_))
            }
            Arg::Owned(..) | Arg::Value(_) | Arg::Ref(_) | Arg::RefMut(_) => false,
            Arg::Reborrow(_) | Arg::Tuple(_) | Arg::Tokens(_) | Arg::Function(_) => false,
        }
    }

    /// `K0::default()` for what has a generic kind itself, else `Active` or `Const`.
    fn kind(&self, shadow: &ArgShadow) -> TokenStream {
        let krate = &self.ctx.krate;
        let sp = at(self.span);
        match shadow {
            ArgShadow::Const => quote_spanned!(sp=> #krate::Const),
            ArgShadow::Place(p) => match self.func.vars[p.base.index()].kind {
                VarKind::ShadowParam { param, optional: true } => self.ctx.kinds[param]
                    .clone()
                    .into_iter()
                    .map(|mut t| {
                        t.set_span(sp);
                        t
                    })
                    .collect(),
                _ => quote_spanned!(sp=> #krate::Active),
            },
        }
    }

    /// The shadow of an argument, and what is to stand in front of the call.
    fn shadow(&mut self, shadow: &ArgShadow, arg: &Arg, before: &mut TokenStream) -> TokenStream {
        let sp = at(self.span);
        if let (ArgShadow::Place(dot), Arg::Ref(p) | Arg::RefMut(p) | Arg::Reborrow(p)) = (shadow, arg)
            && self.func.vars[dot.base.index()].tangent
        {
            // The tangent of a constant field is handed on only if it is known to be zero.
            let krate = self.ctx.krate.clone();
            for k in (1..=p.path.len())
                .filter(|k| crate::ir::is_part(&Place { base: p.base, path: vec![p.path[k - 1].clone()] }))
            {
                let field = self.shared(&Place { base: p.base, path: p.path[..k].to_vec() });
                before.extend(quote_spanned!(sp=> #krate::constants::followed(#field);));
            }
        }
        match shadow {
            ArgShadow::Const => {
                let krate = &self.ctx.krate;
                quote!(#krate::Const)
            }
            ArgShadow::Place(p) if self.is_optional(p.base) => {
                let name = self.base(p.base, self.span);
                if p.path.is_empty() {
                    return quote_spanned!(sp=> #name.reborrow());
                }
                let whole = whole();
                let part = self.within(quote_spanned!(sp=> #whole), p, true);
                if self.may_be_boxed(p) {
                    let krate = &self.ctx.krate;
                    return quote_spanned!(sp=> #name.view(|#whole| #krate::unboxed!(mut #part)));
                }
                quote_spanned!(sp=> #name.view(|#whole| &mut #part))
            }
            ArgShadow::Place(p) if self.may_be_boxed(p) => {
                let (part, krate) = (self.target(p, self.span), &self.ctx.krate);
                quote_spanned!(sp=> #krate::unboxed!(mut #part))
            }
            ArgShadow::Place(p) => self.exclusive(p),
        }
    }

    /// Whether a part of a struct or enum may stand in a `Box`: its type is known by the parameter that it goes to at best, and
    /// for the primal rustc looks through the box.
    fn may_be_boxed(&mut self, p: &Place) -> bool {
        self.func.is_part(p) && matches!(self.place_ty(p), Ty::Var(_) | Ty::Other(_))
    }

    /// The shadows of all arguments.
    fn shadows(&mut self, call: &Call, before: &mut TokenStream) -> Vec<TokenStream> {
        let each = (0..call.own().len()).map(|i| match (&call.shadows[i], &call.args[i]) {
            (_, Arg::Function(f)) => self.passed(call, i, f, As::Shadow),
            (ArgShadow::Const, a) if call.form == Form::Value => self.nowhere(call, i, a, false),
            (s, a) => self.shadow(s, a, before),
        });
        each.collect()
    }

    /// The tangent of an argument: `&x_dot`, of `&mut` arguments `&mut x_dot`.
    fn tangent(&mut self, shadow: &ArgShadow, arg: &Arg) -> TokenStream {
        let sp = at(self.span);
        let krate = self.ctx.krate.clone();
        match shadow {
            ArgShadow::Const => quote!(#krate::Const),
            ArgShadow::Place(p) if self.is_optional(p.base) => {
                let name = self.base(p.base, self.span);
                if p.path.is_empty() {
                    let whole = whole();
                    return quote_spanned!(sp=> #name.view(|#whole| #whole));
                }
                let whole = whole();
                let part = self.within(quote_spanned!(sp=> #whole), p, false);
                if self.may_be_boxed(p) {
                    return quote_spanned!(sp=> #name.view(|#whole| #krate::unboxed!(#part)));
                }
                quote_spanned!(sp=> #name.view(|#whole| &#part))
            }
            ArgShadow::Place(p) if matches!(arg, Arg::RefMut(_) | Arg::Reborrow(_)) && self.may_be_boxed(p) => {
                let part = self.target(p, self.span);
                quote_spanned!(sp=> #krate::unboxed!(mut #part))
            }
            ArgShadow::Place(p) if self.may_be_boxed(p) => {
                let part = self.place(p, self.span).tokens;
                quote_spanned!(sp=> #krate::unboxed!(#part))
            }
            ArgShadow::Place(p) if matches!(arg, Arg::RefMut(_) | Arg::Reborrow(_)) => self.exclusive(p),
            ArgShadow::Place(p) => self.shared(p),
        }
    }

    /// The cotangent of the result as the reverse half takes it.
    fn seed(&mut self, seed: Option<Var>) -> TokenStream {
        // The result is of no interest: `()`, or a zero.
        let Some(v) = seed else { return quote!(::core::default::Default::default()) };
        let p = Place::whole(v);
        let sp = at(self.span);
        match self.place_ty(&p) {
            Ty::Vec(_) => self.slice(&p, false),
            ty if is_copy(&ty) => self.load(&p, self.span).tokens.stream(),
            Ty::Tuple(_) | Ty::Array(..) => {
                let place = self.receiver_place(&p);
                quote_spanned!(sp=> #place.clone())
            }
            // A cotangent is its own cotangent space.
            _ => {
                let krate = self.ctx.krate.clone();
                let place = self.shared(&p);
                quote_spanned!(sp=> #krate::seed(#place, #place))
            }
        }
    }

    /// `y` or `mut y` or `_`, and its type where it is a known scalar.
    fn binding(&self, result: Option<Var>) -> (TokenStream, Option<TokenStream>) {
        let Some(v) = result else { return (quote!(_), None) };
        let name = ident(self.names.var(v), self.func.vars[v.index()].span);
        let ty = match self.func.var_ty(v) {
            ty @ (Ty::Float(_) | Ty::Int(_) | Ty::Bool) => Some(quote!(#ty)),
            ty if self.func.vars[v.index()].annotated => Some(quote!(#ty)),
            _ => None,
        };
        (if self.mutated.contains(&v) { quote!(mut #name) } else { quote!(#name) }, ty)
    }

    /// A slice that the callee returned, as a copy, where it got a `&mut` view by the view's name: for all that is known the
    /// slice keeps the view borrowed, while the user's code, in which it was borrowed as `&`, reads both.
    ///
    /// ```text
    /// let s = helper(&mut u[a..b]);
    /// let s = ::ad_runtime::keep!(s);
    /// ```
    fn detached(&self, call: &Call) -> TokenStream {
        let view =
            |a: &Arg| matches!(a, Arg::Reborrow(p) if !(p.path.is_empty() && self.func.vars[p.base.index()].by_ref));
        let Some(v) = call.result else { return TokenStream::new() };
        if !call.args.iter().any(view) || !matches!(self.func.var_ty(v).peel(), Ty::Slice(_)) || self.is_moved(v) {
            return TokenStream::new();
        }
        let krate = &self.ctx.krate;
        let name = ident(self.names.var(v), self.func.vars[v.index()].span);
        let mutable = self.mutated.contains(&v).then(|| quote!(mut));
        quote_spanned!(at(self.span)=> let #mutable #name = #krate::keep!(#name);)
    }

    /// Whether a variable goes to another by itself, as what it is.
    fn is_moved(&self, v: Var) -> bool {
        let whole =
            |init: &Init| crate::analysis::activity::init_any(init, &|_| false, &|p| p.base == v && p.path.is_empty());
        let mut found = false;
        let body = self.source.body;
        self.source.walk(body, &mut |_, op| match &op.kind {
            OpKind::Declare(_, init) | OpKind::Store(_, init) | OpKind::Push(_, init) => found |= whole(init),
            kind => {
                found |= called(kind)
                    .is_some_and(|c| c.args.iter().any(|a| matches!(a, Arg::Owned(init, _) if whole(init))));
            }
        });
        found
    }

    /// `let y: f64 = helper(a, &xs[..]);`
    pub(super) fn call(&mut self, call: &Call) -> Stmt {
        let sp = at(self.span);
        let path = respan(call.path.to_token_stream());
        let turbofish = self.turbofish(call, false);
        let mut args = self.args(call, As::Written);
        let value = match call.form {
            Form::Value => {
                let f = call.value.as_ref().map(|f| located(&f.name));
                quote_spanned!(sp=> #f(#(#args),*))
            }
            _ if call.prefix.ends_with("tangent_") => self.form(call, "primal", turbofish, &TokenStream::new()),
            Form::Function | Form::Associated => quote_spanned!(sp=> #path #turbofish(#(#args),*)),
            Form::Method => {
                args.remove(0);
                let receiver = self.receiver_of(call);
                quote_spanned!(sp=> #receiver.#path #turbofish(#(#args),*))
            }
            Form::Operator(op) => self.operator(op, &call.args),
        };
        if call.result.is_none() {
            return Stmt::new(quote_spanned!(sp=> #value;));
        }
        let (name, ty) = self.binding(call.result);
        let ty = ty.map(|t| quote!(: #t));
        let detached = self.detached(call);
        Stmt::new(quote_spanned!(sp=> let #name #ty = #value; #detached))
    }

    /// `let (y, kept): (f64, _) = helper::forward(a, &xs[..], (K0::default(), Active));`
    pub(super) fn forward(&mut self, call: &Call, residual: Residual, keeping: Keeping) -> Stmt {
        let sp = at(self.span);
        let turbofish = self.turbofish(call, true);
        let kinds: Vec<TokenStream> = call.shadows[..call.own().len()].iter().map(|s| self.kind(s)).collect();
        let kinds = tuple(&kinds);
        let (y, ty) = self.binding(call.result);
        let ty = ty.map(|t| quote!(: (#t, _)));
        let kept = match keeping {
            Keeping::Local => self.base(residual.0, self.span),
            Keeping::Option | Keeping::Tape | Keeping::Stack => {
                let name = ident(&self.this(residual), self.span);
                quote!(#name)
            }
        };
        let (before, after) = self.keep_reborrowed(call, &kept);
        let store = self.keep(residual, keeping, &kept);
        let value = self.form(call, "forward", turbofish, &kinds);
        let detached = self.detached(call);
        Stmt::new(quote_spanned!(sp=> #before let (#y, #kept) #ty = #value; #after #store #detached))
    }

    /// Copies of the buffers that are passed by the name of a `&mut` variable, if the callee takes `&`, and of what
    /// references that are results of other calls refer to: the reverse half asks for what it saw. They travel with it:
    ///
    /// ```text
    /// let again = (__c_helper::SHARED[0].then(|| u.to_owned()),);
    /// let (y, half) = __c_helper::forward(u, kinds);
    /// let half = (half, again);
    /// ```
    fn keep_reborrowed(&mut self, call: &Call, half: &TokenStream) -> (TokenStream, TokenStream) {
        let sp = at(self.span);
        let mut copies = Vec::new();
        for (i, a) in call.own().iter().enumerate() {
            if let Arg::Reborrow(p) = a {
                let (shared, place) = (self.is_shared(call, i), self.shared(p));
                copies.push(quote_spanned!(sp=> #shared.then(|| ::std::borrow::ToOwned::to_owned(#place))));
            } else if self.may_be_reference(a)
                && let Arg::Owned(Init::Move(p) | Init::Copy { from: p, .. }, _) = a
            {
                let (krate, place) = (self.ctx.krate.clone(), self.shared(p));
                copies.push(quote_spanned!(sp=> #krate::passed!(#place)));
            }
        }
        if copies.is_empty() {
            return (TokenStream::new(), TokenStream::new());
        }
        let again = Ident::new("again", Span::mixed_site());
        let copies = tuple(&copies);
        (quote_spanned!(sp=> let #again = #copies;), quote_spanned!(sp=> let #half = (#half, #again);))
    }

    /// The name of one of the objects kept: the same in both sweeps.
    fn this(&mut self, residual: Residual) -> String {
        if let Some(name) = self.this_names.get(&residual.0) {
            return name.clone();
        }
        let name = self.names.fresh(&format!("this_{}", self.names.var(residual.0)));
        self.this_names.insert(residual.0, name.clone());
        name
    }

    /// `kept = Some(value);`, `kept.push(value);`
    fn keep(&mut self, residual: Residual, keeping: Keeping, value: &TokenStream) -> TokenStream {
        let sp = at(self.span);
        let name = self.base(residual.0, self.span);
        match keeping {
            Keeping::Local => TokenStream::new(),
            Keeping::Option => quote_spanned!(sp=> #name = ::core::option::Option::Some(#value);),
            Keeping::Tape | Keeping::Stack => quote_spanned!(sp=> #name.push(#value);),
        }
    }

    /// `let kept = value;` or the like of it.
    pub(super) fn keep_value(&mut self, residual: Residual, keeping: Keeping, value: &TokenStream) -> Stmt {
        let sp = at(self.span);
        let name = self.base(residual.0, self.span);
        Stmt::new(match keeping {
            Keeping::Local => quote_spanned!(sp=> let #name = #value;),
            Keeping::Option | Keeping::Tape | Keeping::Stack => self.keep(residual, keeping, value),
        })
    }

    /// Makes a kept object available under the name `this_kept` until the end of the region:
    ///
    /// ```text
    /// kept_at -= 1;
    /// let this_kept = &kept[kept_at];
    /// ```
    pub(super) fn open(&mut self, residual: Residual, keeping: Keeping) -> Stmt {
        let sp = at(self.span);
        let name = self.base(residual.0, self.span);
        let raw = self.names.var(residual.0).to_string();
        let this_name = self.this(residual);
        let this = ident(&this_name, self.span);
        let tokens = match keeping {
            Keeping::Local => return Stmt::new(TokenStream::new()),
            Keeping::Option => quote_spanned! {sp=>
                let ::core::option::Option::Some(#this) = &#name else {
                    ::core::unreachable!("kept in the forward sweep")
                };
            },
            Keeping::Stack => quote_spanned! {sp=>
                let #this = #name.pop();
                let ::core::option::Option::Some(#this) = &#this else {
                    ::core::unreachable!("kept in the forward sweep")
                };
            },
            Keeping::Tape => {
                let cursor = match self.cursors.iter().find(|(v, _)| *v == residual.0) {
                    Some((_, cursor)) => cursor.clone(),
                    None => {
                        let cursor = self.names.fresh(&format!("{raw}_at"));
                        self.cursors.push((residual.0, cursor.clone()));
                        cursor
                    }
                };
                let cursor = ident(&cursor, self.span);
                quote_spanned!(sp=> #cursor -= 1; let #this = &#name[#cursor];)
            }
        };
        self.opened.insert(residual.0, this_name);
        Stmt::new(tokens)
    }

    /// `kept(((), &xs[..]), (a_bar.reborrow(), &mut xs_bar), y_bar);`
    pub(super) fn reverse(&mut self, call: &Call, residual: Residual, keeping: Keeping, seed: Option<Var>) -> Stmt {
        let sp = at(self.span);
        let opened = match keeping {
            Keeping::Local => TokenStream::new(),
            _ if self.opened.contains_key(&residual.0) => TokenStream::new(),
            Keeping::Option | Keeping::Tape | Keeping::Stack => self.open(residual, keeping).tokens.stream(),
        };
        let mut half = self.base(residual.0, self.span);
        let again = self.again(call, &half);
        if call.own().iter().any(|a| matches!(a, Arg::Reborrow(_)) || self.may_be_reference(a)) {
            half = quote_spanned!(sp=> (#half.0));
        }
        let mut before = TokenStream::new();
        let shadows = self.shadows(call, &mut before);
        let shadows = tuple(&shadows);
        let seed = self.seed(seed);
        Stmt::new(quote_spanned!(sp=> #opened #before #half(#again, #shadows, #seed);))
    }

    /// `let y: f64 = Self::adjoint(a, &xs[..], a_bar.reborrow(), &mut xs_bar, y_bar);`
    pub(super) fn joint(&mut self, call: &Call, seed: Option<Var>) -> Stmt {
        let sp = at(self.span);
        let turbofish = self.turbofish(call, false);
        let mut before = TokenStream::new();
        let shadows = self.shadows(call, &mut before);
        let seed = match (call.form, seed) {
            (Form::Operator(_), Some(v)) => self.shared(&Place::whole(v)),
            (Form::Operator(_), None) => quote!(&::core::default::Default::default()),
            (Form::Function | Form::Associated | Form::Method | Form::Value, seed) => self.seed(seed),
        };
        let value = self.form(call, "adjoint", turbofish, &quote_spanned!(sp=> #(#shadows,)* #seed));
        if call.result.is_none() {
            return Stmt::new(quote_spanned!(sp=> #before #value;));
        }
        let (y, ty) = self.binding(call.result);
        let ty = ty.map(|t| quote!(: #t));
        Stmt::new(quote_spanned!(sp=> #before let #y #ty = #value;))
    }

    /// `let (y, y_dot): (f64, _) = helper::tangent(a, &xs[..], (&a_dot, xs_dot));`
    pub(super) fn tangent_call(&mut self, call: &Call, result_dot: Option<Var>) -> Stmt {
        let sp = at(self.span);
        let turbofish = self.turbofish(call, false);
        let tangents: Vec<TokenStream> = (0..call.own().len())
            .map(|i| match (&call.shadows[i], &call.args[i]) {
                (_, Arg::Function(f)) => self.passed(call, i, f, As::Tangent),
                (ArgShadow::Const, a) if call.form == Form::Value => self.nowhere(call, i, a, true),
                (s, a) => self.tangent(s, a),
            })
            .collect();
        let tangents = if call.form == Form::Value { quote!(#(#tangents),*) } else { tuple(&tangents) };
        let (y, ty) = self.binding(call.result);
        let (dot, _) = self.binding(result_dot);
        let ty = ty.map(|t| quote!(: (#t, _)));
        let value = self.form(call, "tangent", turbofish, &tangents);
        if call.result.is_none() && result_dot.is_none() {
            return Stmt::new(quote_spanned!(sp=> #value;));
        }
        let detached = self.detached(call);
        Stmt::new(quote_spanned!(sp=> let (#y, #dot) #ty = #value; #detached))
    }
}

/// The call that an operation makes, in any of its forms.
fn called(kind: &OpKind) -> Option<&Call> {
    match kind {
        OpKind::Call(call) | OpKind::Forward { call, .. } | OpKind::Reverse { call, .. } => Some(call),
        OpKind::Joint { call, .. } | OpKind::Tangent { call, .. } => Some(call),
        OpKind::Lit(_) | OpKind::Path(_) | OpKind::Neg(_) | OpKind::Not(_) | OpKind::Binary(..) => None,
        OpKind::Rule(..) | OpKind::Method(..) | OpKind::PathCall(..) | OpKind::Cast(..) | OpKind::Stop(_) => None,
        OpKind::Select(..) | OpKind::Load(_) | OpKind::Len(_) | OpKind::Declare(..) | OpKind::Store(..) => None,
        OpKind::AddTo(..) | OpKind::Accumulate(..) | OpKind::Zero(_) | OpKind::Fill(..) | OpKind::CopyFrom(..) => None,
        OpKind::Swap(..) | OpKind::SwapElements(..) | OpKind::ReverseSlice(_) | OpKind::Rotate { .. } => None,
        OpKind::Push(..) | OpKind::Pop(_) | OpKind::Truncate(..) | OpKind::Resize(..) | OpKind::Effect { .. } => None,
        OpKind::If { .. } | OpKind::For { .. } | OpKind::While { .. } => None,
        OpKind::KeepShape { .. } | OpKind::KeepCopy { .. } | OpKind::Open { .. } | OpKind::Matches(..) => None,
    }
}

/// The parameter of a generated closure: hygienic, so that the expressions in it mean what they mean outside.
pub(super) fn whole() -> Ident {
    Ident::new("whole", Span::mixed_site())
}

/// An operator as tokens of one span.
fn punctuated(symbol: &str, sp: Span) -> TokenStream {
    let respanned = |mut t: TokenTree| {
        t.set_span(sp);
        t
    };
    symbol.parse::<TokenStream>().unwrap_or_default().into_iter().map(respanned).collect()
}

/// Whether tokens are a path: `TABLE`, `tables::P`.
fn is_path(tokens: &TokenStream) -> bool {
    syn::parse2::<syn::ExprPath>(tokens.clone()).is_ok()
}
