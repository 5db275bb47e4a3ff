//! The type beside a differentiated function: the calling convention and the public surface, around the bodies that
//! the compiler made. Beside `fn f(a: f64, xs: &[f64], n: usize) -> f64` this emits, in short,
//!
//! ```text
//! pub enum f {}
//! impl f {
//!     pub const EXPLAIN: &'static str = "…";
//!     pub fn forward<'xs, K0: Kind, K1: Kind, K2: Kind>(a: f64, xs: &'xs [f64], n: usize, _: (K0, K1, K2))
//!         -> (f64, impl Fn(((), &[f64], ()), (K0::Shadow<'_, f64>, …), f64) + use<K0, K1, K2>) { … }
//!     pub fn adjoint(a, xs, n, a_bar: impl Shadow<f64>, xs_bar: impl Shadow<[f64]>, n_bar: impl Shadow<()>, seed: f64) -> f64
//!     pub fn tangent(a, xs, n, (a_dot, xs_dot, n_dot): (impl TangentOf<f64>, …)) -> (f64, f64) { … }
//!     pub fn value_and_grad(a, xs, n) -> (f64, (f64, Vec<f64>)) { … }        // and grad, …_into, vjp, jvp, jacobian
//! }
//! impl Callable for f { … }
//! impl<'xs> Function<(f64, &'xs [f64], usize)> for f { … }
//! ```
//!
//! Everything but the three bodies is derived from the signature alone.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::values::Printed;
use super::wrapped::Wrapper;
use super::{bounds, function, jacobian, values};
use crate::ir::ty::Ty;
use crate::signature::{Block, Param, Passing, Role, Signature, anonymous, located};

/// What the compiler made of a function.
#[derive(Default)]
pub struct Parts {
    /// The body of `forward`: the forward sweep, then `(y, move |again, shadows, seed| { reverse sweep })`. Not looked at for recursive functions.
    pub forward: TokenStream,
    /// The body of `tangent`, with the tangents under the names of [`Signature::dot`]; it gives `(y, y_dot)`.
    pub tangent: TokenStream,
    /// The body of `adjoint` where it is one of its own, of recursive functions and of those that have loops to fuse, with the
    /// shadows under the names of [`Signature::bar`] and the seed under that of [`Api::seed_name`]; it gives `y`.
    pub adjoint: Option<TokenStream>,
    /// Whether a gradient keeps anything whose memory a workspace could lend.
    pub keeps: bool,
    /// The text of `EXPLAIN`.
    pub explain: String,
    /// The functions of higher levels: see [`level`].
    pub levels: Vec<TokenStream>,
}

/// The functions of the tangent as a function, which stand beside the function's own.
pub fn level(sig: &Signature, parts: &Parts, below: &Signature) -> TokenStream {
    if let Some(Block::Operator(op, _)) = sig.method.as_ref().map(|m| &m.block) {
        return super::operator::level(sig, parts, below, *op);
    }
    let bounded = bounds::own(sig);
    let sig = &bounded;
    let api = Api::new(sig);
    let lower = Api::new(below);
    let Api { vis, decls, generics, wheres, output, .. } = &api;
    let (primal, tangent, receiver) = (api.own("primal"), lower.own("tangent"), api.receiver());
    let (fish, many) = (lower.turbofish(0), api.allow_many(decls.len()));
    let (values, dots) = api.tangent_args(below);
    let (forward, adjoint, tangent_of) = (api.forward(parts), api.adjoint(parts), api.tangent(parts));
    if api.fills() {
        return api.filled(parts);
    }
    quote! {
        #forward
        #adjoint
        #tangent_of
        #[doc(hidden)]
        #[inline]
        #many
        #vis fn #primal<#(#generics),*>(#(#decls),*) -> #output #wheres {
            #receiver
            Self::#tangent #fish(#(#values,)* (#(#dots,)*))
        }
    }
}

/// The tokens beside the function: its type, with the bodies in `parts` and all that follows from them.
pub fn api(sig: &Signature, parts: &Parts) -> TokenStream {
    if let Some(method) = &sig.method
        && let Block::Operator(op, rhs) = &method.block
    {
        return super::operator::rule(sig, parts, method, *op, rhs);
    }
    let bounded = bounds::own(sig);
    let sig = &bounded;
    let api = Api::new(sig);
    if api.fills() {
        let (filled, levels) = (api.filled(parts), &parts.levels);
        return quote!(#filled #(#levels)*);
    }
    let public = Api::public(sig);
    let Api { krate, vis, name, .. } = &api;
    let (cfgs, allows) = (&sig.cfgs, &sig.allows);
    let fname = sig.ident.to_string();
    let explain = text(&parts.explain);
    let about = format!("The derivatives of the function [`{fname}()`].");
    let mut items = vec![api.forward(parts), api.adjoint(parts), api.tangent(parts)];
    let wrapper = Wrapper::of(&sig.output);
    if let Some(wrapper) = wrapper.as_ref().filter(|w| matches!(w.inner, Ty::Float(_))) {
        items.push(public.wrapped_gradients(wrapper));
    } else if api.is_scalar() {
        items.extend([public.grad(), public.value_and_grad(), public.value_and_grad_into()]);
        if parts.keeps {
            items.push(public.with_workspace());
        }
    } else {
        items.push(public.no_gradient());
    }
    items.extend([public.vjp(), public.jvp(), jacobian::jacobian(&api), values::helpers(&api)]);
    items.push(api.shared());
    items.extend(parts.levels.iter().cloned());
    if !parts.levels.is_empty() && api.is_scalar() {
        items.push(api.second_order());
    }
    let bounds = bounds::bounds(sig);
    if let Some(Block::Trait) = sig.method.as_ref().map(|m| &m.block) {
        return quote!(#(#items)*);
    }
    if let Some(method) = &sig.method {
        let wheres = bounds::clause(&bounds, &method.wheres);
        let explain_name = format_ident!("{}_EXPLAIN", sig.ident.to_string().to_uppercase(), span = sig.ident.span());
        let explain_name = located(&explain_name);
        let (head, self_ty) = (&method.generics, &method.self_ty);
        return quote! {
            #(#cfgs)*
            #(#allows)*
            impl #head #self_ty #wheres {
                /// The method as its compiler sees it, what is kept for the reverse sweep, and the adjoint.
                #vis const #explain_name: &'static str = #explain;
                #(#items)*
            }
        };
    }
    let function = function::function(&api, &bounds);
    let wheres = bounds::clause(&bounds, &TokenStream::new());
    quote! {
        #(#cfgs)*
        #[doc = #about]
        #vis enum #name {}
        #(#cfgs)*
        #(#allows)*
        impl #name #wheres {
            /// The function as its compiler sees it, what is kept for the reverse sweep, and the adjoint.
            #vis const EXPLAIN: &'static str = #explain;
            #(#items)*
        }
        #(#cfgs)*
        impl #krate::Callable for #name {
            type Derivatives = Self;
        }
        #function
    }
}

/// A text as a raw string, which `cargo expand` shows as it is: `r"…"`, with as many `#` as it needs.
fn text(text: &str) -> TokenStream {
    let mut hashes = String::new();
    while text.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    ad_ir::tokens(&format!("r{hashes}\"{text}\"{hashes}")).unwrap_or_else(|| Literal::string(text).into_token_stream())
}

/// The signature with what is derived from it again and again.
pub struct Api<'a> {
    pub sig: &'a Signature,
    pub krate: &'a TokenStream,
    pub vis: &'a syn::Visibility,
    /// The type beside the function.
    pub name: Ident,
    /// `a, xs, n`
    pub args: Vec<Ident>,
    /// `a: f64, xs: &'xs [f64], n: usize`
    pub decls: Vec<TokenStream>,
    /// `'xs, const N: usize`
    pub generics: Vec<TokenStream>,
    /// `where …`
    pub wheres: TokenStream,
    pub output: &'a syn::Type,
}

impl<'a> Api<'a> {
    /// The same, as users see it: functions are values that know their derivatives.
    fn public(sig: &'a Signature) -> Self {
        let mut api = Api::new(sig);
        for (i, p) in sig.params.iter().enumerate() {
            if let Some(f) = &p.function {
                let (name, bound) = (&p.name, f.value_bound(&sig.krate));
                api.decls[i] = quote!(#name: impl #bound);
            }
        }
        api
    }

    pub fn new(sig: &'a Signature) -> Self {
        let args: Vec<_> = sig.params.iter().map(|p| p.name.clone()).collect();
        let decls = sig.params.iter().map(|p| {
            let (name, syntax) = (&p.name, &p.syntax);
            if p.receiver { quote!(self: #syntax) } else { quote!(#name: #syntax) }
        });
        let decls = decls.collect();
        Api {
            sig,
            krate: &sig.krate,
            vis: &sig.vis,
            name: located(&sig.type_name),
            args,
            decls,
            generics: sig.generics.params.iter().map(ToTokens::to_token_stream).collect(),
            wheres: sig.generics.where_clause.to_token_stream(),
            output: &sig.output_syntax,
        }
    }

    /// Whether it is a function of an impl of a trait, which has all that follows from the signature.
    fn fills(&self) -> bool {
        matches!(self.sig.method.as_ref().map(|m| &m.block), Some(Block::Implementation(_)))
    }

    /// What the impl of a trait fills in.
    fn filled(&self, parts: &Parts) -> TokenStream {
        let cfgs = &self.sig.cfgs;
        let (forward, tangent) = (self.forward(parts), self.tangent(parts));
        let adjoint = (self.sig.recursive || parts.adjoint.is_some()).then(|| self.adjoint(parts));
        let adjoint = adjoint.map(|adjoint| quote!(#(#cfgs)* #adjoint));
        quote!(#(#cfgs)* #forward #(#cfgs)* #tangent #adjoint)
    }

    /// Of the tangent as a function: the arguments of the function below, and their tangents as `tangent` takes them.
    pub fn tangent_args(&self, below: &Signature) -> (&[Ident], Vec<TokenStream>) {
        let krate = self.krate;
        let (values, dots) = self.args.split_at(below.params.len());
        let dots = dots.iter().zip(&below.params).map(|(dot, p)| match (p.role, p.mode) {
            (Role::Active, Passing::MutRef) => quote!(#dot),
            (Role::Active, _) => quote!(&#dot),
            (Role::Inert | Role::Constant, _) => quote!(#krate::Const),
        });
        (values, dots.collect())
    }

    /// The name of one of the functions: its own, and of a method's siblings with the method's in front, `energy_grad`.
    pub fn own(&self, name: &str) -> Ident {
        let name = format!("{}{name}", "tangent_".repeat(self.sig.level));
        match self.sig.method.as_ref().map(|m| &m.block) {
            Some(Block::Own | Block::Trait | Block::Implementation(_)) => {
                located(&format_ident!("{}_{name}", self.sig.ident, span = self.sig.ident.span()))
            }
            Some(Block::Operator(..)) => Ident::new(&format!("operator_{name}"), located(&self.sig.ident).span()),
            None => Ident::new(&name, located(&self.sig.ident).span()),
        }
    }

    /// `let this = self;`: the receiver by a name that closures can bind.
    ///
    /// Of the tangent as a function also its tangents, as values of their own:
    ///
    /// ```text
    /// let x_dot: f64 = IntoDot::into_dot(x_dot, &x);
    /// ```
    pub fn receiver(&self) -> TokenStream {
        let krate = self.krate;
        let mut out = TokenStream::new();
        if let Some(Block::Implementation(path)) = self.sig.method.as_ref().map(|m| &m.block) {
            // The trait need not be in scope where it is implemented.
            let mut path = path.clone();
            if let Some(last) = path.segments.last_mut() {
                last.arguments = syn::PathArguments::None;
            }
            out.extend(quote! {
                #[allow(unused_imports)]
                use #path as _;
            });
        }
        if let Some(p) = self.sig.params.iter().find(|p| p.receiver) {
            let this = &p.name;
            out.extend(quote! {
                #[allow(unused_variables)]
                let #this = self;
            });
        }
        for (i, p) in self.params() {
            let Some(of) = p.dot_of else { continue };
            let dot = &p.name;
            match (p.role, p.mode) {
                (Role::Active, Passing::ByValue) => {
                    let (primal, ty) = (&self.sig.params[of], self.sig.gradient_ty(i));
                    let name = &primal.name;
                    let name = if primal.mode == Passing::ByValue { quote!(&#name) } else { quote!(#name) };
                    out.extend(quote! {
                        #[allow(unused_variables)]
                        let #dot: #ty = #krate::IntoDot::into_dot(#dot, #name);
                    });
                }
                (Role::Active, _) => {}
                (Role::Inert | Role::Constant, _) => out.extend(quote!(let _ = #dot;)),
            }
        }
        out
    }

    /// The primal as it is called from here: `f`, `Self::energy`.
    pub fn primal(&self) -> TokenStream {
        if self.sig.level > 0 {
            let f = self.own("primal");
            return quote!(Self::#f);
        }
        let f = located(&self.sig.ident);
        if self.sig.method.is_some() { quote!(Self::#f) } else { quote!(#f) }
    }

    /// The parameters with their positions.
    pub fn params(&self) -> impl Iterator<Item = (usize, &'a Param)> + use<'a> {
        self.sig.params.iter().enumerate()
    }

    /// One token stream per parameter.
    pub fn each(&self, make: impl Fn(usize, &Param) -> TokenStream) -> Vec<TokenStream> {
        self.list(&|_| true, &make)
    }

    /// One token stream per active parameter.
    pub fn each_active(&self, make: impl Fn(usize, &Param) -> TokenStream) -> Vec<TokenStream> {
        self.list(&|p| !p.constant(), &make)
    }

    /// Compiled once for all closures.
    fn list(&self, which: &dyn Fn(&Param) -> bool, make: &dyn Fn(usize, &Param) -> TokenStream) -> Vec<TokenStream> {
        self.params().filter(|(_, p)| which(p)).map(|(i, p)| make(i, p)).collect()
    }

    fn is_scalar(&self) -> bool {
        matches!(self.sig.output, Ty::Float(_))
    }

    /// A number as a value of the result's type, which is a float.
    pub fn result_float(&self, text: &str) -> TokenStream {
        let output = match &self.sig.output {
            Ty::Option(inner) | Ty::Result(inner, _) => inner,
            output => output,
        };
        super::number::float(output, text, self.krate, Span::call_site())
    }

    /// The name of the seed in `adjoint`.
    pub fn seed_name(&self) -> Ident {
        self.sig.fresh("seed")
    }

    /// The type and const parameters that an opaque result captures: the function's, and of a method the block's.
    pub fn captured_args(&self) -> Vec<TokenStream> {
        let own = self.sig.generic_args().into_iter().map(ToTokens::into_token_stream);
        let outer = self.sig.method.iter().flat_map(|m| m.params.iter().cloned());
        outer.chain(own).collect()
    }

    /// Whether a type parameter stands for the type of a tangent.
    fn of_tangent(&self, name: &Ident) -> bool {
        self.sig.level > 0 && name.to_string().starts_with("DOT")
    }

    /// `::<N>`, with `more` kinds behind.
    pub fn turbofish(&self, more: usize) -> TokenStream {
        // What stands for the types of tangents is inferred.
        let args = self.sig.generic_args();
        if args.iter().all(|a| self.of_tangent(a)) {
            return TokenStream::new();
        }
        let args = args.iter().map(|a| if self.of_tangent(a) { quote!(_) } else { quote!(#a) });
        let more = (0..more).map(|_| quote!(_));
        quote!(::<#(#args,)* #(#more),*>)
    }

    /// `(Active, Active, Const)`: all that can be active is.
    pub fn kinds(&self) -> TokenStream {
        let krate = self.krate;
        let kinds = self.each(|_, p| if p.constant() { quote!(#krate::Const) } else { quote!(#krate::Active) });
        quote!((#(#kinds,)*))
    }

    /// Clippy counts the parameters of emitted functions too; this stands only where it would complain.
    pub fn allow_many(&self, parameters: usize) -> TokenStream {
        if parameters > 7 { quote!(#[allow(clippy::too_many_arguments)]) } else { quote!() }
    }

    /// The arguments of the reverse half: shared references again.
    pub fn again(&self, shared: impl Fn(&Param) -> TokenStream) -> TokenStream {
        let again = self.each(|_, p| if p.mode == Passing::SharedRef { shared(p) } else { quote!(()) });
        quote!((#(#again,)*))
    }

    /// The zero of a parameter's gradient, with the parameter in scope.
    pub fn zero(&self, p: &Param) -> TokenStream {
        let (krate, name) = (self.krate, &p.name);
        match (&p.ty, p.mode) {
            (Ty::Float(_), _) => super::number::float(&p.ty, "0.0", krate, Span::call_site()),
            (_, Passing::ByValue) => quote!(#krate::zero(&#name)),
            (_, Passing::SharedRef) => quote!(#krate::zero(#name)),
            (_, Passing::MutRef) => quote!(#krate::zero(&*#name)),
        }
    }

    /// Empties the caller's buffer for a gradient: `ad_runtime::reset(xs_bar, &xs[..], "f::value_and_grad_into", "…");`
    pub fn cleared(&self, i: usize, p: &Param, function: &str) -> TokenStream {
        let (krate, bar, name, zero) = (self.krate, self.sig.bar(i), &p.name, self.zero(p));
        if is_slice(p) {
            let what = format!("the buffer for the gradient of `{name}`");
            quote!(#krate::reset(#bar, &#name[..], #function, #what);)
        } else {
            quote!(*#bar = #zero;)
        }
    }

    /// Statements that keep the constant fields of structs among the arguments, and give them to the gradients; see
    /// `ad_runtime::constants`. Nothing for plain data.
    ///
    /// ```text
    /// let p_constants = constants_of(p);    …    restore(p_bar, &p_constants);
    /// ```
    pub fn constant_fields(&self, bar: impl Fn(usize, &Param) -> TokenStream) -> (TokenStream, TokenStream) {
        let krate = self.krate;
        let (mut before, mut after) = (TokenStream::new(), TokenStream::new());
        for (i, p) in self.params().filter(|(_, p)| p.role == Role::Active && jacobian::only_named(&p.ty)) {
            let (kept, name, bar) = (self.sig.fresh(&format!("{}_constants", p.name)), &p.name, bar(i, p));
            let of = match p.mode {
                Passing::ByValue => quote!(&#name),
                Passing::SharedRef => quote!(#name),
                Passing::MutRef => quote!(&*#name),
            };
            let constants = if p.mode == Passing::MutRef { quote!(constants_of_changed) } else { quote!(constants_of) };
            before.extend(quote!(let #kept = #krate::constants::#constants(#of);));
            let restore = if is_slice(p) { quote!(restore_slice) } else { quote!(restore) };
            after.extend(quote!(#krate::constants::#restore(#bar, &#kept);));
        }
        (before, after)
    }

    /// The shadow of a constant argument.
    pub fn no_shadow(&self, i: usize) -> TokenStream {
        let krate = self.krate;
        if self.sig.params[i].function.is_some() { self.sig.bar(i).to_token_stream() } else { quote!(#krate::Const) }
    }

    /// `T`, `(T, U)` or `()`: the shape that gradients and tangents have.
    pub fn bare_or_tuple(parts: &[TokenStream]) -> TokenStream {
        match parts {
            [one] => one.clone(),
            parts => quote!((#(#parts),*)),
        }
    }

    pub fn gradient_ty(&self) -> TokenStream {
        Self::bare_or_tuple(&self.each_active(|i, _| self.sig.gradient_ty(i)))
    }

    /// The type of a seed, as it is handed to the reverse half.
    pub fn seed_ty(&self) -> TokenStream {
        match self.sig.output.peel() {
            Ty::Vec(e) | Ty::Slice(e) if e.gradient().is_some() => {
                let e = e.gradient();
                quote!(&[#e])
            }
            ty if ty.gradient().is_some() => self.sig.output_bar_ty(),
            _ => {
                let (krate, output) = (self.krate, anonymous(self.output));
                quote!(<#output as #krate::Cotangent>::Seed<'_>)
            }
        }
    }

    fn forward(&self, parts: &Parts) -> TokenStream {
        let Api { sig, krate, vis, decls, generics, wheres, output, args, .. } = self;
        let kinds: Vec<_> = self.params().map(|(i, _)| sig.kind(i)).collect();
        let bounds = self.each(|i, p| {
            let kind = &kinds[i];
            match (p.role, p.mode) {
                _ if p.is_scratch() => quote!(#kind: #krate::Kind),
                (Role::Constant, _) => quote!(#kind: #krate::ConstantParameter),
                (Role::Active, Passing::MutRef) => quote!(#kind: #krate::MutableParameter),
                (Role::Active | Role::Inert, _) => quote!(#kind: #krate::Kind),
            }
        });
        let shadows = self.each(|i, p| {
            let (kind, ty) = (&kinds[i], sig.shadow_ty(i));
            match (p.role, p.mode) {
                _ if let Some(f) = &p.function => f.shadow_ty(krate),
                (Role::Active, Passing::MutRef) => quote!(&mut #ty),
                // `Const`, said so that a caller's mistake is one error, the bound's.
                (Role::Constant, _) => match sig.params[i].ty.shadow() {
                    Some(ty) => quote!(<#kind as #krate::Kind>::Shadow<'_, #ty>),
                    None => quote!(#krate::Const),
                },
                (Role::Active | Role::Inert, _) => quote!(<#kind as #krate::Kind>::Shadow<'_, #ty>),
            }
        });
        let again = self.again(|p| anonymous(&p.syntax).to_token_stream());
        let seed = self.seed_ty();
        let captured = self.captured_args();
        let body = if sig.recursive { self.recursive_forward() } else { parts.forward.clone() };
        let many = self.allow_many(args.len() + 1);
        let (name, mention, receiver, hidden) = (self.own("forward"), self.mention(), self.receiver(), self.hidden());
        quote! {
            #hidden
            /// The split adjoint: the value, and the reverse half, which takes shared references again, shadows and the cotangent of the result.
            #[inline]
            #many
            #vis fn #name<#(#generics,)* #(#bounds),*>(#(#decls,)* _: (#(#kinds,)*)) -> (
                #output,
                impl Fn(#again, (#(#shadows,)*), #seed) + use<#(#captured,)* #(#kinds),*>,
            ) #wheres {
                #[allow(unused_imports)]
                use #krate::{Cotangent as _, Kind as _, Shadow as _};
                #mention
                #receiver
                #body
            }
        }
    }

    /// `let _ = Self::energy;`: a method of which only the derivatives are called is not dead code. A function has
    /// its trait `Function` for that.
    fn mention(&self) -> Option<TokenStream> {
        let inferred = self.sig.params.iter().any(|p| p.function.is_some());
        let own = self.sig.method.as_ref().is_some_and(|m| matches!(m.block, Block::Own));
        (own && !inferred).then(|| {
            let f = located(&self.sig.ident);
            let args: Vec<_> = self.sig.generic_args().into_iter().filter(|a| !self.of_tangent(a)).collect();
            let fish = (!args.is_empty()).then(|| quote!(::<#(#args),*>));
            quote!(let _ = Self::#f #fish;)
        })
    }

    /// What other differentiated code calls is no part of a type's public face.
    fn hidden(&self) -> Option<TokenStream> {
        self.sig
            .method
            .as_ref()
            .filter(|m| matches!(m.block, Block::Own | Block::Trait))
            .map(|_| quote!(#[doc(hidden)]))
    }

    /// Runs the primal, keeps the arguments that the reverse half does not get again, and runs `adjoint` there.
    fn recursive_forward(&self) -> TokenStream {
        let (sig, krate) = (self.sig, self.krate);
        // Of the tangent of a constant nothing is known, not even whether it can be kept.
        let dropped = |p: &Param| p.dot_of.is_some() && p.role != Role::Active;
        let owned: Vec<_> = self.params().filter(|(_, p)| p.mode != Passing::SharedRef && !dropped(p)).collect();
        let keep = owned.iter().map(|(_, Param { name, mode, .. })| match mode {
            Passing::MutRef => quote!(::std::borrow::ToOwned::to_owned(&*#name)),
            Passing::ByValue | Passing::SharedRef => quote!(::core::clone::Clone::clone(&#name)),
        });
        let again = self.each(|_, p| if p.mode == Passing::SharedRef { p.name.to_token_stream() } else { quote!(_) });
        let names = owned.iter().map(|(_, p)| {
            let name = &p.name;
            if p.mode == Passing::MutRef { quote!(mut #name) } else { quote!(#name) }
        });
        let pass = self.each(|_, p| match (p.mode, &p.name) {
            _ if dropped(p) => quote!(#krate::Const),
            (Passing::MutRef, name) => quote!(&mut #name),
            (Passing::ByValue | Passing::SharedRef, name) => quote!(#name),
        });
        // As the user's function takes it.
        let args = self.each(|_, p| match (p.function.as_ref().map(|f| f.passing), &p.name) {
            _ if dropped(p) => quote!(#krate::Const),
            (Some(Passing::SharedRef), name) => quote!(&#name),
            (Some(Passing::MutRef), name) => quote!(&mut { #name }),
            (Some(Passing::ByValue) | None, name) => quote!(#name),
        });
        let constant = |p: &Param| p.role == Role::Constant && !p.is_scratch();
        let bars = self.each(|i, p| if constant(p) { quote!(_) } else { sig.bar(i).to_token_stream() });
        let shadows = self.each(|i, p| if constant(p) { quote!(#krate::Const) } else { sig.bar(i).to_token_stream() });
        let (kept, y, seed) = (sig.fresh("kept"), sig.fresh("y"), self.seed_name());
        let (f, fish, adjoint) = (self.primal(), self.turbofish(0), self.own("adjoint"));
        quote! {
            let #kept = (#(#keep,)*);
            let #y = #f #fish(#(#args),*);
            (#y, move |(#(#again,)*): _, (#(#bars,)*), #seed| {
                let (#(#names,)*) = ::core::clone::Clone::clone(&#kept);
                Self::#adjoint #fish(#(#pass,)* #(#shadows,)* #seed);
            })
        }
    }

    /// Which arguments are shared references: those that the reverse half takes again.
    fn shared(&self) -> TokenStream {
        let vis = self.vis;
        let n = self.args.len();
        let shared = self.each(|_, p| if p.mode == Passing::SharedRef { quote!(true) } else { quote!(false) });
        if self.sig.method.is_some() {
            // Asked of a value, whose type the caller's macro does not know.
            let name = self.own("shared");
            let receiver = self.sig.params.iter().any(|p| p.receiver).then(|| quote!(&self));
            return quote! {
                #[doc(hidden)]
                #[inline(always)]
                #vis fn #name(#receiver) -> [bool; #n] { [#(#shared),*] }
            };
        }
        quote! {
            /// Which arguments are shared references, for callers that pass a `&mut` variable by its name.
            #vis const SHARED: [bool; #n] = [#(#shared),*];
        }
    }

    pub fn adjoint(&self, parts: &Parts) -> TokenStream {
        let Api { sig, krate, vis, args, decls, generics, wheres, output, .. } = self;
        let shadows = self.each(|i, p| {
            let (bar, ty) = (sig.bar(i), sig.shadow_ty(i));
            match (p.role, p.mode) {
                _ if let Some(f) = &p.function => {
                    let ty = f.shadow_ty(krate);
                    quote!(#bar: #ty)
                }
                _ if p.is_scratch() => quote!(mut #bar: impl #krate::Shadow<#ty>),
                (Role::Constant, _) => quote!(#bar: impl #krate::ConstantParameter),
                (Role::Active, Passing::MutRef) => quote!(#bar: &mut #ty),
                (Role::Active | Role::Inert, _) => quote!(mut #bar: impl #krate::Shadow<#ty>),
            }
        });
        let seed = self.seed_name();
        let (seed_ty, own_seed) = match self.sig.method.as_ref().map(|m| &m.block) {
            Some(Block::Operator(..)) => super::operator::seed(sig, &seed),
            Some(Block::Own | Block::Trait | Block::Implementation(_)) | None => (self.seed_ty(), TokenStream::new()),
        };
        let function = format!("{}::adjoint", sig.ident);
        let checks: Vec<_> = self
            .params()
            .filter(|(_, p)| (p.role == Role::Active || p.is_scratch()) && is_slice(p))
            .map(|(i, p)| {
                let (bar, name, what) = (sig.bar(i), &p.name, format!("the shadow of `{}`", p.name));
                if p.is_active_mut() {
                    quote!(#krate::check_len(#function, #what, #name.len(), #bar.len());)
                } else {
                    quote!(if let ::core::option::Option::Some(#bar) = #bar.present() {
                        #krate::check_len(#function, #what, #name.len(), #bar.len());
                    })
                }
            })
            .collect();
        let (before, _) = self.constant_fields(|_, _| quote!());
        let restored =
            self.params().filter(|(_, p)| p.role == Role::Active && jacobian::only_named(&p.ty)).map(|(i, p)| {
                let (kept, bar) = (sig.fresh(&format!("{}_constants", p.name)), sig.bar(i));
                let restore = if is_slice(p) { quote!(restore_slice) } else { quote!(restore) };
                if p.mode == Passing::MutRef {
                    return quote!(#krate::constants::#restore(#bar, &#kept););
                }
                quote!(if let ::core::option::Option::Some(#bar) = #bar.present() {
                    #krate::constants::#restore(#bar, &#kept);
                })
            });
        let restored: TokenStream = restored.collect();
        let unused = self.params().filter(|(_, p)| p.role == Role::Constant && !p.is_scratch());
        let unused = unused.map(|(i, _)| sig.bar(i));
        let unused = quote!(#(let _ = #unused;)*);
        let y = sig.fresh("y");
        let own = parts.adjoint.as_ref().map(|body| match sig.output {
            // Each level of a recursion would copy what is constant in its argument.
            _ if sig.recursive => body.clone(),
            _ if before.is_empty() => quote!(#unused #body),
            Ty::Unit => quote!(#unused #before #body #restored),
            _ => quote!(#unused #before let #y = { #body }; #restored #y),
        });
        let body = own.unwrap_or_else(|| {
            let kinds = self.each(|i, p| {
                let bar = sig.bar(i);
                match (p.role, p.mode) {
                    _ if p.is_scratch() => quote!(#bar.kind()),
                    (Role::Constant, _) => quote!(#krate::Const),
                    (Role::Active, Passing::MutRef) => quote!(#krate::Active),
                    (Role::Active | Role::Inert, _) => quote!(#bar.kind()),
                }
            });
            let pass = self.each(|i, p| {
                let bar = sig.bar(i);
                match (p.role, p.mode) {
                    _ if p.is_scratch() => quote!(#bar.reborrow()),
                    (Role::Constant, _) => quote!(#krate::Const),
                    (Role::Active, Passing::MutRef) => quote!(#bar),
                    (Role::Active | Role::Inert, _) => quote!(#bar.reborrow()),
                }
            });
            let (reverse, fish) = (sig.fresh("reverse"), self.turbofish(args.len()));
            let again = self.again(|p| p.name.to_token_stream());
            let forward = self.own("forward");
            let seed_check = matches!(sig.output.peel(), Ty::Vec(_) | Ty::Slice(_))
                .then(|| quote!(#krate::check_len(#function, "the cotangent of the result", #y.len(), #seed.len());));
            quote! {
                #unused
                #before
                let (#y, #reverse) = Self::#forward #fish(#(#args,)* (#(#kinds,)*));
                #seed_check
                #reverse(#again, (#(#pass,)*), #seed);
                #restored
                #y
            }
        });
        let many = self.allow_many(2 * args.len() + 1);
        let (name, mention, receiver) = (self.own("adjoint"), self.mention(), self.receiver());
        quote! {
            /// The value; adds the gradient to one shadow per argument. That of a `&mut` argument enters as the cotangent of its final value. Panics if a shadow or cotangent has the wrong length.
            #[inline]
            #many
            #vis fn #name<#(#generics),*>(#(#decls,)* #(#shadows,)* #seed: #seed_ty) -> #output #wheres {
                #[allow(unused_imports)]
                use #krate::{Cotangent as _, Kind as _, Shadow as _};
                #mention
                #receiver
                #own_seed
                #(#checks)*
                #body
            }
        }
    }

    pub fn tangent(&self, parts: &Parts) -> TokenStream {
        let Api { sig, krate, vis, decls, generics, wheres, output, .. } = self;
        let dots = self.each(|i, p| {
            let dot = sig.dot(i);
            if p.is_scratch() { quote!(mut #dot) } else { quote!(#dot) }
        });
        let tys = self.each(|i, p| {
            let ty = sig.shadow_ty(i);
            match (p.role, p.mode) {
                _ if let Some(f) = &p.function => f.tangent_ty(krate),
                _ if p.is_scratch() => quote!(impl #krate::Shadow<#ty>),
                (Role::Constant, _) => quote!(impl #krate::ConstantParameter),
                (Role::Active, Passing::MutRef) => quote!(&mut #ty),
                (Role::Active | Role::Inert, _) => quote!(impl #krate::TangentOf<#ty>),
            }
        });
        let bar = sig.output_bar_ty();
        let body = &parts.tangent;
        let many = self.allow_many(decls.len() + 1);
        let (name, mention, receiver, hidden) = (self.own("tangent"), self.mention(), self.receiver(), self.hidden());
        quote! {
            #hidden
            /// Value and tangent of the result, for a tangent per argument, in order.
            #[inline]
            #many
            #vis fn #name<#(#generics),*>(#(#decls,)* (#(#dots,)*): (#(#tys,)*)) -> (#output, #bar) #wheres {
                #[allow(unused_imports)]
                use #krate::{Cotangent as _, Kind as _, TangentOf as _};
                #mention
                #receiver
                #body
            }
        }
    }
}

/// `&mut Vec`, `&mut Shape`: the final value may differ from the initial one in its length or variant, and so do their
/// cotangents.
pub fn changes_shape(p: &Param) -> bool {
    fn of(ty: &Ty) -> bool {
        match ty {
            Ty::Vec(_) | Ty::Other(_) | Ty::Var(_) | Ty::Option(_) | Ty::Result(..) => true,
            Ty::Array(e, _) | Ty::Slice(e) => of(e),
            Ty::Tuple(parts) => parts.iter().any(of),
            Ty::Float(_) | Ty::Int(_) | Ty::Bool | Ty::Char | Ty::Unit | Ty::Str | Ty::Ref(..) => false,
        }
    }
    matches!(&p.ty, Ty::Ref(inner, true) if of(inner))
}

/// `&mut Vec`
pub fn is_mut_vec(p: &Param) -> bool {
    matches!(&p.ty, Ty::Ref(inner, true) if matches!(**inner, Ty::Vec(_)))
}

/// Its shadow is a slice.
pub fn is_slice(p: &Param) -> bool {
    matches!(p.ty.shadow(), Some(Ty::Slice(_)))
}
