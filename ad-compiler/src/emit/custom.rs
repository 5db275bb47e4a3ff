//! Functions whose derivative the user gives: `partials(…)`, `vjp = path` and `jvp = path`; `implicit = path` has a file of its own.
//!
//! The body is not looked at; calls of the function, its public surface and `check_grad!` are as for any other.

use super::api::Parts;
use crate::diag::Sink;
use crate::ir::ty::Ty;
use crate::messages as m;
use crate::options::Custom;
use crate::signature::{Param, Passing, Role, Signature, located};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;

/// The bodies of the derivative functions, or errors in the sink.
pub fn parts(sig: &Signature, custom: &Custom, sink: &mut Sink) -> Option<Parts> {
    let this = Rule::new(sig);
    let explain = |how: &str| format!("fn {}: {how}\n", sig.ident);
    match custom {
        Custom::Partials { exprs, span } => {
            this.check_partials(exprs, *span, sink)?;
            Some(Parts {
                forward: this.forward_of_partials(exprs),
                tangent: this.tangent_of_partials(exprs),
                adjoint: None,
                keeps: false,
                levels: Vec::new(),
                explain: explain(&format!(
                    "its partials are given as {}",
                    exprs.iter().map(|e| crate::diag::text(e.to_token_stream())).collect::<Vec<_>>().join(", ")
                )),
            })
        }
        Custom::Implicit(residual) => super::implicit::parts(sig, residual, sink),
        Custom::Paths { vjp, jvp } => {
            if let (None, Some(jvp)) = (vjp, jvp) {
                sink.error(jvp.span(), m::CUSTOM_WITHOUT_VJP, "");
                return None;
            }
            let vjp = vjp.as_ref()?;
            if jvp.is_none() && !matches!(sig.output, Ty::Float(_)) {
                sink.error(vjp.span(), m::CUSTOM_WITHOUT_JVP, "");
                return None;
            }
            let text = |p: &syn::Path| crate::diag::text(p.to_token_stream());
            Some(Parts {
                forward: this.forward_of_vjp(vjp),
                tangent: match jvp {
                    Some(jvp) => this.tangent_of_jvp(jvp),
                    None => this.tangent_of_vjp(vjp),
                },
                adjoint: None,
                keeps: false,
                levels: Vec::new(),
                explain: explain(&match jvp {
                    Some(jvp) => format!("its pullback is `{}`, its pushforward `{}`", text(vjp), text(jvp)),
                    None => format!("its pullback is `{}`, from which the pushforward is made", text(vjp)),
                }),
            })
        }
    }
}

/// Where errors of a path that the user gave belong.
fn at(path: &syn::Path) -> Span {
    Span::call_site().located_at(path.span())
}

/// A function whose body is not looked at.
pub struct Rule<'a> {
    sig: &'a Signature,
    krate: &'a TokenStream,
}

impl<'a> Rule<'a> {
    pub fn new(sig: &'a Signature) -> Self {
        Rule { sig, krate: &sig.krate }
    }

    fn active(&self) -> impl Iterator<Item = (usize, &Param)> {
        self.sig.params.iter().enumerate().filter(|(_, p)| p.role == Role::Active)
    }

    fn check_partials(&self, exprs: &[syn::Expr], span: Span, sink: &mut Sink) -> Option<()> {
        if !matches!(self.sig.output, Ty::Float(_)) {
            sink.error(self.sig.output_syntax.span(), m::PARTIALS_OF_NUMBERS, "");
            return None;
        }
        let mut fine = true;
        for (_, p) in self.active() {
            if !matches!(p.ty, Ty::Float(_)) {
                sink.error(p.syntax.span(), m::PARTIALS_OF_NUMBERS, "");
                fine = false;
            }
        }
        if let Some(p) = self.sig.params.iter().find(|p| p.name == "y") {
            sink.error(p.name.span(), m::PARTIALS_Y, "");
            fine = false;
        }
        let names: Vec<_> = self.active().map(|(_, p)| format!("`{}`", p.name)).collect();
        if fine && names.len() != exprs.len() {
            sink.error(span, m::PARTIALS_COUNT, names.join(", "));
            fine = false;
        }
        fine.then_some(())
    }

    /// `f::<N>`
    pub fn primal(&self) -> TokenStream {
        let f = located(&self.sig.ident);
        let args = self.sig.generic_args();
        if args.is_empty() { quote!(#f) } else { quote!(#f::<#(#args),*>) }
    }

    /// The arguments of the primal, of which those that move are cloned: they are read afterwards.
    pub fn pass(&self) -> Vec<TokenStream> {
        let pass = self.sig.params.iter().map(|p| {
            let name = &p.name;
            match p.mode {
                Passing::ByValue if !p.ty.is_scalar() => quote!(::core::clone::Clone::clone(&#name)),
                Passing::ByValue | Passing::SharedRef => quote!(#name),
                Passing::MutRef => quote!(&mut *#name),
            }
        });
        pass.collect()
    }

    /// `(mut a_bar, _, …)`
    pub fn bars(&self) -> Vec<TokenStream> {
        let bars = self.sig.params.iter().enumerate().map(|(i, p)| {
            let bar = self.sig.bar(i);
            match (p.role, p.mode) {
                (Role::Active, Passing::MutRef) => quote!(#bar),
                (Role::Active, Passing::ByValue | Passing::SharedRef) => quote!(mut #bar),
                (Role::Inert | Role::Constant, _) => quote!(_),
            }
        });
        bars.collect()
    }

    /// Of `partials(1.0 / x)`:
    ///
    /// ```text
    /// let y = ln(x);
    /// let x_partial: f64 = if K0::ACTIVE { 1.0 / x } else { 0.0 };
    /// (y, move |_: _, (mut x_bar,), seed| {
    ///     if let Some(x_bar) = x_bar.present() { if seed != 0.0 { *x_bar += seed * x_partial; } }
    /// })
    /// ```
    fn forward_of_partials(&self, exprs: &[syn::Expr]) -> TokenStream {
        let sig = self.sig;
        let (f, pass, bars) = (self.primal(), self.pass(), self.bars());
        let (y, seed, ty) = (quote::format_ident!("y"), sig.fresh("seed"), &sig.output);
        let (mut partials, mut adds) = (TokenStream::new(), TokenStream::new());
        for ((i, p), e) in self.active().zip(exprs) {
            let (kind, bar) = (sig.kind(i), sig.bar(i));
            let partial = sig.fresh(&format!("{}_partial", p.name));
            partials.extend(quote!(let #partial: #ty = if <#kind>::ACTIVE { #e } else { 0.0 };));
            adds.extend(quote! {
                if let ::core::option::Option::Some(#bar) = #bar.present() {
                    *#bar += #seed * #partial;
                }
            });
        }
        quote! {
            let #y: #ty = #f(#(#pass),*);
            #partials
            (#y, move |_: _, (#(#bars,)*), #seed| {
                // Where nothing depends on the result, an infinite partial must not make NaN of it.
                if #seed != 0.0 { #adds }
            })
        }
    }

    fn tangent_of_partials(&self, exprs: &[syn::Expr]) -> TokenStream {
        let sig = self.sig;
        let (f, pass) = (self.primal(), self.pass());
        let (y, total, ty) = (quote::format_ident!("y"), sig.fresh("y_dot"), &sig.output);
        let mut sum = TokenStream::new();
        for ((i, _), e) in self.active().zip(exprs) {
            let dot = sig.dot(i);
            sum.extend(quote! {
                let #dot: #ty = #dot.present().map_or(0.0, |whole| *whole);
                if #dot != 0.0 {
                    let partial: #ty = #e;
                    #total += partial * #dot;
                }
            });
        }
        quote! {
            let #y: #ty = #f(#(#pass),*);
            let mut #total: #ty = 0.0;
            #sum
            (#y, #total)
        }
    }

    /// The names that gradients get, in a tuple if there are several: `(a_gradient, b_gradient)`. A pullback of another
    /// shape is an error at its path.
    fn gradients(&self, path: &syn::Path) -> (Vec<Ident>, TokenStream) {
        let names: Vec<Ident> = self.active().map(|(_, p)| self.sig.fresh(&format!("{}_gradient", p.name))).collect();
        let pattern = match &names[..] {
            [one] => one.to_token_stream(),
            names => {
                let at = at(path);
                quote_spanned!(at=> (#(#names),*))
            }
        };
        (names, pattern)
    }

    /// Of `vjp = path`, which keeps the arguments and runs all of `path` in the reverse sweep, since what the pullback
    /// borrows cannot be kept:
    ///
    /// ```text
    /// let kept = (Clone::clone(&n),);
    /// let y = f(xs, n);
    /// (y, move |(xs, _): _, (mut xs_bar, _), seed| {
    ///     let (n,) = Clone::clone(&kept);
    ///     let (_, pullback) = path(xs, n);
    ///     let xs_gradient = pullback(seed);
    ///     if let Some(xs_bar) = xs_bar.present() { accumulate_slice(xs_bar, &xs_gradient); }
    /// })
    /// ```
    fn forward_of_vjp(&self, path: &syn::Path) -> TokenStream {
        let (sig, krate) = (self.sig, self.krate);
        let (f, pass, bars) = (self.primal(), self.pass(), self.bars());
        let [kept, y, seed, pullback] = ["kept", "y", "seed", "pullback"].map(|n| sig.fresh(n));
        let owned: Vec<&Param> = sig.params.iter().filter(|p| p.mode != Passing::SharedRef).collect();
        let keep = owned.iter().map(|Param { name, mode, .. }| match mode {
            Passing::MutRef => quote!(::std::borrow::ToOwned::to_owned(&*#name)),
            Passing::ByValue | Passing::SharedRef => quote!(::core::clone::Clone::clone(&#name)),
        });
        let opened = owned.iter().map(|Param { name, mode, .. }| match mode {
            Passing::MutRef => quote!(mut #name),
            Passing::ByValue | Passing::SharedRef => quote!(#name),
        });
        let again = sig.params.iter().map(|Param { name, mode, .. }| match mode {
            Passing::SharedRef => quote!(#name),
            Passing::ByValue | Passing::MutRef => quote!(_),
        });
        let args: Vec<_> = sig
            .params
            .iter()
            .map(|Param { name, mode, .. }| match mode {
                Passing::MutRef => quote!(&mut #name),
                Passing::ByValue | Passing::SharedRef => quote!(#name),
            })
            .collect();
        // The cotangents that the pullback takes: of the result, then of `&mut` arguments.
        let mut takes = Vec::new();
        if !matches!(sig.output, Ty::Unit) {
            takes.push(seed.to_token_stream());
        }
        for (i, p) in self.active().filter(|(_, p)| p.mode == Passing::MutRef) {
            let bar = sig.bar(i);
            takes.push(match p.ty.peel() {
                Ty::Slice(_) | Ty::Vec(_) => quote!(&*#bar),
                _ => quote!(::core::clone::Clone::clone(&*#bar)),
            });
        }
        let given = match &takes[..] {
            [one] => one.clone(),
            takes => quote!((#(#takes),*)),
        };
        let (gradients, pattern) = self.gradients(path);
        let adds = self.active().zip(&gradients).map(|((i, p), g)| {
            let bar = sig.bar(i);
            match (p.mode, p.ty.shadow()) {
                (Passing::MutRef, Some(Ty::Slice(_))) => {
                    quote!(#bar.clone_from_slice(&#g);)
                }
                (Passing::MutRef, _) => quote!(*#bar = #g;),
                (_, Some(Ty::Slice(_))) => quote! {
                    if let ::core::option::Option::Some(#bar) = #bar.present() { #krate::accumulate_slice(#bar, &#g); }
                },
                (_, Some(Ty::Float(_))) => quote! {
                    if let ::core::option::Option::Some(#bar) = #bar.present() { *#bar += #g; }
                },
                _ => {
                    let ty = crate::signature::anonymous(&p.syntax);
                    quote! {
                        if let ::core::option::Option::Some(#bar) = #bar.present() {
                            <#ty as #krate::Cotangent>::add_assign(#bar, &#g);
                        }
                    }
                }
            }
        });
        quote! {
            let #kept = (#(#keep,)*);
            let #y = #f(#(#pass),*);
            (#y, move |(#(#again,)*): _, (#(#bars,)*), #seed| {
                let (#(#opened,)*) = ::core::clone::Clone::clone(&#kept);
                let (_, #pullback) = #path(#(#args),*);
                let #pattern = #pullback(#given);
                #(#adds)*
            })
        }
    }

    /// The tangents by their names, zero where there are none.
    fn tangents(&self) -> TokenStream {
        let (sig, krate) = (self.sig, self.krate);
        let tangents = self.active().map(|(i, p)| {
            let (dot, name, zero) = (sig.dot(i), &p.name, sig.fresh(&format!("{}_zero", p.name)));
            match (p.mode, &p.ty) {
                (_, Ty::Float(_)) => quote!(let #dot = #dot.present().map_or(0.0, |whole| *whole);),
                (Passing::MutRef, _) => quote!(),
                (Passing::SharedRef, _) => quote! {
                    let #zero;
                    let #dot = match #dot.present() {
                        ::core::option::Option::Some(whole) => whole,
                        ::core::option::Option::None => {
                            #zero = #krate::zero(#name);
                            &#zero
                        }
                    };
                },
                (Passing::ByValue, Ty::Vec(_)) => quote! {
                    let #dot = #dot.present().map_or_else(|| #krate::zero(&#name), |whole| whole.to_vec());
                },
                (Passing::ByValue, _) => quote! {
                    let #dot = #dot.present().map_or_else(|| #krate::zero(&#name), ::core::clone::Clone::clone);
                },
            }
        });
        tangents.collect()
    }

    fn tangent_of_jvp(&self, path: &syn::Path) -> TokenStream {
        let tangents = self.tangents();
        let bundle = |parts: &[TokenStream]| match parts {
            [one] => one.clone(),
            parts => quote!((#(#parts),*)),
        };
        let primals = bundle(&self.sig.params.iter().map(|p| p.name.to_token_stream()).collect::<Vec<_>>());
        let dots = bundle(&self.active().map(|(i, _)| self.sig.dot(i).to_token_stream()).collect::<Vec<_>>());
        let call = quote_spanned!(at(path)=> #path(#primals, #dots));
        quote! {
            #tangents
            #call
        }
    }

    /// The tangent of a number is the product of its gradient with the tangents.
    fn tangent_of_vjp(&self, path: &syn::Path) -> TokenStream {
        let (sig, krate, ty) = (self.sig, self.krate, &self.sig.output);
        let tangents = self.tangents();
        let [y, pullback, total] = ["y", "pullback", "y_dot"].map(|n| sig.fresh(n));
        let args = sig.params.iter().map(|Param { name, mode, .. }| match mode {
            Passing::MutRef => quote!(&mut *#name),
            Passing::ByValue | Passing::SharedRef => quote!(#name),
        });
        let (gradients, pattern) = self.gradients(path);
        let sum = self.active().zip(&gradients).map(|((i, p), g)| {
            let dot = sig.dot(i);
            match (p.mode, &p.ty) {
                (_, Ty::Float(_)) => quote!(#total += #g * #dot;),
                (Passing::SharedRef, _) => quote!(#total += #krate::VectorSpace::dot(&#g, &#dot.to_owned()) as #ty;),
                _ => quote!(#total += #krate::VectorSpace::dot(&#g, &#dot) as #ty;),
            }
        });
        quote! {
            #tangents
            let (#y, #pullback) = #path(#(#args),*);
            let #pattern = #pullback(1.0);
            let mut #total: #ty = 0.0;
            #(#sum)*
            (#y, #total)
        }
    }
}
