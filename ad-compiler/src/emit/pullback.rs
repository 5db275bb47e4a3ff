//! `vjp` and `jvp`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::api::{Api, is_mut_vec, is_slice};
use super::jacobian;
use super::values::Printed;
use super::wrapped::Wrapper;
use crate::ir::ty::Ty;
use crate::signature::Passing;

/// Where a function is pushed forward from, and along what.
pub struct Pushed {
    /// `self: &Self, (x, n): (&[f64], usize),`
    pub point: TokenStream,
    /// `x_dot: &[f64]`
    pub directions: TokenStream,
    /// Of lengths.
    pub checks: TokenStream,
}

impl Api<'_> {
    pub fn vjp(&self) -> TokenStream {
        let Api { sig, krate, vis, args, decls, generics, wheres, output, .. } = self;
        let function = format!("the pullback of {}", sig.ident);
        let (y, reverse) = (sig.fresh("y"), sig.fresh("reverse"));
        let seed = self.seed_name();
        // The cotangents that the pullback takes: of the result, then of the `&mut` arguments.
        let mut takes = Vec::new();
        let (mut before, mut after, mut within) = (Vec::new(), Vec::new(), Vec::new());
        let wrapper = Wrapper::of(&sig.output);
        let inner = wrapper.as_ref().map_or(&sig.output, |w| w.inner);
        if !matches!(inner, Ty::Unit) {
            let seed_ty = match (&wrapper, inner) {
                (None, _) => self.seed_ty(),
                (Some(_), Ty::Vec(e)) => {
                    let e = e.gradient();
                    quote!(&[#e])
                }
                (Some(_), inner) => inner.gradient().to_token_stream(),
            };
            takes.push((seed.clone(), seed_ty));
            if matches!(inner.peel(), Ty::Vec(_) | Ty::Slice(_)) {
                let len = sig.fresh("result_len");
                after.push(quote!(let #len = #y.len();));
                within.push(quote!(#krate::check_len(#function, "the cotangent of the result", #len, #seed.len());));
            }
            // What a cotangent of the user's holds in constant fields is ignored.
            if jacobian::only_named(inner) {
                within.push(if matches!(inner.peel(), Ty::Vec(_) | Ty::Slice(_)) {
                    let clean = sig.fresh("seed_clean");
                    quote!(let #clean = #krate::constants::cleaned_slice(#seed); let #seed = &*#clean;)
                } else {
                    quote!(let #seed = #krate::constants::cleaned(&#seed).into_owned();)
                });
            }
        } else {
            before.push(quote!());
        }
        for (i, p) in self.params().filter(|(_, p)| !p.constant()) {
            let (bar, name, ty) = (sig.bar(i), &p.name, sig.gradient_ty(i));
            match p.mode {
                Passing::MutRef => {
                    if let Ty::Slice(e) | Ty::Vec(e) = p.ty.peel() {
                        let (e, len) = (e.gradient(), sig.fresh(&format!("{name}_len")));
                        let what = format!("the cotangent of `{name}`");
                        takes.push((bar.clone(), quote!(&[#e])));
                        after.push(quote!(let #len = #name.len();));
                        within.push(quote!(#krate::check_len(#function, #what, #len, #bar.len());));
                        within.push(quote!(let mut #bar: #ty = #bar.to_vec();));
                    } else {
                        takes.push((bar.clone(), ty.clone()));
                        within.push(quote!(let mut #bar: #ty = #bar;));
                    }
                    if jacobian::only_named(&p.ty) {
                        let clean = if is_slice(p) { quote!(clean_slice) } else { quote!(clean) };
                        within.push(quote!(#krate::constants::#clean(&mut #bar);));
                    }
                }
                Passing::SharedRef => {
                    let zero = self.zero(p);
                    within.push(quote!(let mut #bar: #ty = #zero;));
                }
                Passing::ByValue if matches!(p.ty, Ty::Float(_)) => {
                    let zero = self.zero(p);
                    within.push(quote!(let mut #bar: #ty = #zero;));
                }
                Passing::ByValue => {
                    let (kept, zero) = (sig.fresh(&format!("{name}_zero")), self.zero(p));
                    before.push(quote!(let #kept: #ty = #zero;));
                    within.push(quote!(let mut #bar: #ty = ::core::clone::Clone::clone(&#kept);));
                }
            }
        }
        let (names, tys): (Vec<_>, Vec<_>) = takes.into_iter().unzip();
        let seed_tys = Self::bare_or_tuple(&tys);
        let pattern = Self::bare_or_tuple(&names.iter().map(ToTokens::to_token_stream).collect::<Vec<_>>());
        let seed = match (inner, &wrapper) {
            (Ty::Unit, _) => quote!(()),
            (Ty::Vec(_), Some(_)) => quote!(#seed.to_vec()),
            (_, _) => seed.to_token_stream(),
        };
        let seed = wrapper.as_ref().map_or(seed.clone(), |w| w.good(&seed));
        let shadows = self.each(|i, p| {
            let bar = sig.bar(i);
            if p.constant() { self.no_shadow(i) } else { quote!(&mut #bar) }
        });
        let bars = self.each_active(|i, _| sig.bar(i).to_token_stream());
        let result = if bars.is_empty() { quote!() } else { Self::bare_or_tuple(&bars) };
        let (gradient, kinds, fish) = (self.gradient_ty(), self.kinds(), self.turbofish(args.len()));
        let again = self.again(|p| p.name.to_token_stream());
        let mut captured: Vec<TokenStream> = Vec::new();
        for lifetime in self.params().filter(|(_, p)| p.mode == Passing::SharedRef).flat_map(|(_, p)| &p.lifetimes) {
            let lifetime = lifetime.to_token_stream();
            if captured.iter().all(|c| c.to_string() != lifetime.to_string()) {
                captured.push(lifetime);
            }
        }
        let (keep, restore) = self.constant_fields(|i, p| {
            let bar = sig.bar(i);
            if is_slice(p) { quote!(&mut #bar[..]) } else { quote!(&mut #bar) }
        });
        let many = self.allow_many(args.len());
        captured.extend(self.captured_args());
        // A result cannot capture what has no name.
        let (mut decls, mut generics) = (decls.clone(), generics.clone());
        for (i, p) in self.params() {
            let Some(f) = &p.function else { continue };
            let (name, value, bound) = (&p.name, sig.fresh(&format!("V{i}")), f.value_bound(krate));
            decls[i] = quote!(#name: #value);
            generics.push(quote!(#value: #bound));
            captured.push(value.to_token_stream());
        }
        let (name, forward, receiver) = (self.own("vjp"), self.own("forward"), self.receiver());
        let values = self.values(true);
        let call = quote!(Self::#forward #fish(#(#args,)* #kinds));
        let call = if values.is_empty() { call } else { quote!({ #values #call }) };
        let pair = quote!((
            #y,
            move |#pattern: #seed_tys| {
                #values
                #(#within)*
                #reverse(#again, (#(#shadows,)*), #seed);
                #restore
                #result
            },
        ));
        let value_ty = match &wrapper {
            Some(w) => w.inner.to_token_stream(),
            None => output.to_token_stream(),
        };
        let pair_ty = quote!((#value_ty, impl Fn(#seed_tys) -> #gradient + use<#(#captured),*>));
        let (pair, pair_ty) = match &wrapper {
            Some(w) => {
                let good = w.good(&pair);
                let of = y.to_token_stream();
                (w.then(&of, &of, &quote!(#(#after)* #good)), w.around(&pair_ty))
            }
            None => (quote!(#(#after)* #pair), pair_ty),
        };
        quote! {
            /// The value, and the pullback: from the cotangents of the result and of final `&mut` values (which must fit) to the gradient.
            #[inline]
            #many
            #vis fn #name<#(#generics),*>(#(#decls),*) -> #pair_ty #wheres {
                #receiver
                #(#before)*
                #keep
                let (#y, #reverse) = #call;
                #pair
            }
        }
    }

    /// Statements for the tangents that a caller gives: what it puts into their constant fields is ignored.
    pub fn cleaned(&self) -> TokenStream {
        let (sig, krate) = (self.sig, self.krate);
        let cleaned = self.params().filter(|(_, p)| !p.constant() && jacobian::only_named(&p.ty)).map(|(i, p)| {
            let (dot, clean) = (sig.dot(i), sig.fresh(&format!("{}_clean", p.name)));
            match p.mode {
                Passing::MutRef if is_slice(p) => quote!(#krate::constants::clean_slice(#dot);),
                Passing::MutRef => quote!(#krate::constants::clean(#dot);),
                Passing::ByValue if is_slice(p) => {
                    quote!(let #dot = #krate::constants::cleaned_slice(&#dot).into_owned();)
                }
                Passing::ByValue => quote!(let #dot = #krate::constants::cleaned(&#dot).into_owned();),
                Passing::SharedRef if is_slice(p) => quote! {
                    let #clean = #krate::constants::cleaned_slice(#dot);
                    let #dot = &*#clean;
                },
                Passing::SharedRef => quote! {
                    let #clean = #krate::constants::cleaned(#dot);
                    let #dot = &*#clean;
                },
            }
        });
        cleaned.collect()
    }

    /// The parameters of `jvp` and `hvp`.
    pub fn pushed(&self, function: &str, what: &str) -> Pushed {
        let Api { sig, krate, .. } = self;
        // A method's receiver stands in front of the primals.
        let this = sig.params.iter().find(|p| p.receiver).map(|p| {
            let ty = &p.syntax;
            quote!(self: #ty,)
        });
        let primals: Vec<_> = sig.params.iter().filter(|p| !p.receiver).collect();
        let primal_tys = Self::bare_or_tuple(&primals.iter().map(|p| self.public_ty(p)).collect::<Vec<_>>());
        let none = primals.is_empty();
        let primals = Self::bare_or_tuple(&primals.iter().map(|p| p.name.to_token_stream()).collect::<Vec<_>>());
        let primals = (!none || sig.method.is_none()).then(|| quote!(#primals: #primal_tys,));
        let tys = Self::bare_or_tuple(&self.each_active(|i, p| {
            let ty = sig.shadow_ty(i);
            match p.mode {
                Passing::ByValue => sig.gradient_ty(i),
                Passing::SharedRef => quote!(&#ty),
                Passing::MutRef => quote!(&mut #ty),
            }
        }));
        let dots = Self::bare_or_tuple(&self.each_active(|i, _| sig.dot(i).to_token_stream()));
        let checks = self.params().filter(|(_, p)| !p.constant() && (is_slice(p) || is_mut_vec(p))).map(|(i, p)| {
            let (name, dot) = (&p.name, sig.dot(i));
            let what = format!("the {what} of `{name}`");
            quote!(#krate::check_len(#function, #what, #name.len(), #dot.len());)
        });
        Pushed { point: quote!(#this #primals), directions: quote!(#dots: #tys), checks: checks.collect() }
    }

    pub fn jvp(&self) -> TokenStream {
        let Api { sig, krate, vis, args, generics, wheres, output, .. } = self;
        let function = format!("{}::jvp", sig.ident);
        let Pushed { point, directions, checks } = self.pushed(&function, "tangent");
        let cleaned = self.cleaned();
        let values = self.values(false);
        let pass = self.each(|i, p| {
            let dot = sig.dot(i);
            match p.mode {
                _ if p.function.is_some() => quote!(#dot),
                _ if p.constant() => quote!(#krate::Const),
                Passing::ByValue => quote!(&#dot),
                Passing::SharedRef | Passing::MutRef => quote!(#dot),
            }
        });
        let (bar, fish) = (sig.output_bar_ty(), self.turbofish(0));
        let (name, tangent, receiver) = (self.own("jvp"), self.own("tangent"), self.receiver());
        let value = quote!(Self::#tangent #fish(#(#args,)* (#(#pass,)*)));
        let (value, pair_ty) = match Wrapper::of(&sig.output) {
            // Value and tangent are of one variant.
            Some(w) => {
                let (y, dy, inner) = (sig.fresh("y"), sig.fresh("dy"), w.inner.to_token_stream());
                let inner_bar = w.inner.gradient().map_or(inner.clone(), |t| t.to_token_stream());
                let both = w.good(&quote!((#y, #dy)));
                let (of, tangent) = (y.to_token_stream(), dy.to_token_stream());
                let good = w.good(&tangent);
                let then = quote! {
                    let #good = #dy else { ::core::unreachable!("value and tangent are of one variant") };
                    #both
                };
                let all = w.then(&of, &of, &then);
                (quote!(let (#y, #dy) = #value; #all), w.around(&quote!((#inner, #inner_bar))))
            }
            None => (value, quote!((#output, #bar))),
        };
        quote! {
            /// The value and its tangent, from all arguments and the tangents of the active ones (which must fit), bare or in tuples.
            #[inline]
            #vis fn #name<#(#generics),*>(#point #directions) -> #pair_ty #wheres {
                #receiver
                #checks
                #cleaned
                #values
                #value
            }
        }
    }
}
