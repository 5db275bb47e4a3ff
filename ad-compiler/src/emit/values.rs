//! Functions that users hand in: values that know their derivatives, `ad_runtime::FunctionValue`. Around the bodies they become
//! what those take:
//!
//! ```text
//! let f_value = &f;
//! let f: &dyn Fn(f64) -> f64 = &|x0| f_value.call((x0,));
//! let f_bar: &mut dyn FnMut(f64, &mut f64, f64) = &mut |x0, mut b0, seed| {
//!     let found = f_value.vjp(&(x0,), &floats(&[&seed]));
//!     functions::add("f", &found, &mut [&mut b0]);
//! };
//! ```

use super::api::Api;
use crate::functions::Function;
use crate::signature::Param;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};

/// What is printed for a function that users hand in.
pub trait Printed {
    /// `for<'a1> FunctionValue<(f64, &'a1 [f64]), f64>`
    fn value_bound(&self, krate: &TokenStream) -> TokenStream;
    fn names(&self, base: &str) -> Vec<Ident>;
    /// What is passed on of argument `i`: a `&mut` goes on being needed.
    fn lent(&self, names: &[Ident]) -> Vec<TokenStream>;
    /// `&|x0| f_value.call((x0,))`
    fn value(&self, value: &Ident, krate: &TokenStream) -> TokenStream;
    fn shadow_of(&self, name: &str, value: &TokenStream, krate: &TokenStream) -> TokenStream;
    fn tangent_of(&self, name: &str, value: &TokenStream, krate: &TokenStream) -> TokenStream;
}

impl Printed for Function {
    fn value_bound(&self, krate: &TokenStream) -> TokenStream {
        let (mut lifetimes, mut tys) = (Vec::new(), Vec::new());
        for (i, (ty, _)) in self.inputs.iter().enumerate() {
            let mut ty = ty.clone();
            if let syn::Type::Reference(r) = &mut ty {
                let lifetime = syn::Lifetime::new(&format!("'arg{i}"), proc_macro2::Span::call_site());
                r.lifetime = Some(lifetime.clone());
                lifetimes.push(lifetime);
            }
            tys.push(ty);
        }
        let output = &self.output.0;
        let each = if lifetimes.is_empty() { quote!() } else { quote!(for<#(#lifetimes),*>) };
        quote!(#each #krate::FunctionValue<(#(#tys,)*), #output>)
    }

    fn names(&self, base: &str) -> Vec<Ident> {
        (0..self.inputs.len()).map(|i| format_ident!("{base}{i}")).collect()
    }

    fn lent(&self, names: &[Ident]) -> Vec<TokenStream> {
        let each = names.iter().enumerate().map(|(i, x)| if self.is_mut(i) { quote!(&mut *#x) } else { quote!(#x) });
        each.collect()
    }

    fn value(&self, value: &Ident, krate: &TokenStream) -> TokenStream {
        let (x, tys) = (self.names("x"), self.inputs.iter().map(|i| &i.0));
        quote!(|#(#x: #tys),*| #krate::FunctionValue::call(#value, (#(#x,)*)))
    }

    fn shadow_of(&self, name: &str, value: &TokenStream, krate: &TokenStream) -> TokenStream {
        let (x, b) = (self.names("x"), self.names("b"));
        let (tys, bar_tys, seed_ty) = (self.inputs.iter().map(|i| &i.0), self.shadow_tys(krate), self.seed_ty());
        let muts: Vec<_> = (0..b.len()).filter(|i| self.is_active(*i) && self.is_mut(*i)).map(|i| &b[i]).collect();
        let bars = (0..b.len()).filter(|i| self.is_active(*i)).map(|i| {
            let (b, set) = (&b[i], self.is_mut(i));
            quote!((&mut #b, #set))
        });
        let unused = (0..b.len()).filter(|i| !self.is_active(*i)).map(|i| &b[i]);
        quote! {
            |#(#x: #tys,)* #(mut #b: #bar_tys,)* seed: #seed_ty| {
                #(let _ = &mut #unused;)*
                let bars = #krate::floats(&[&seed, #(&&*#muts),*]);
                let found = #krate::FunctionValue::vjp(#value, &(#(#x,)*), &bars);
                #krate::functions::add(#name, &found, &mut [#(#bars),*]);
            }
        }
    }

    fn tangent_of(&self, name: &str, value: &TokenStream, krate: &TokenStream) -> TokenStream {
        let (x, d) = (self.names("x"), self.names("d"));
        let (tys, dot_tys) = (self.inputs.iter().map(|i| &i.0), self.tangent_tys(krate));
        let lent = self.lent(&x);
        let dots = (0..d.len()).filter(|i| self.is_active(*i)).map(|i| {
            let d = &d[i];
            quote!(&&*#d)
        });
        let muts = (0..d.len()).filter(|i| self.is_active(*i) && self.is_mut(*i)).map(|i| &d[i]);
        let unused = (0..d.len()).filter(|i| !self.is_active(*i)).map(|i| &d[i]);
        quote! {
            |#(#x: #tys,)* #(mut #d: #dot_tys),*| {
                #(let _ = &mut #unused;)*
                let dots = #krate::floats(&[#(#dots),*]);
                let found = #krate::FunctionValue::jvp(#value, &(#(#lent,)*), &dots);
                let y = #krate::FunctionValue::call(#value, (#(#x,)*));
                let mut y_dot = #krate::zero(&y);
                #krate::functions::add(#name, &found, &mut [(&mut &mut y_dot, true), #((&mut #muts, true)),*]);
                (y, y_dot)
            }
        }
    }
}

impl Api<'_> {
    /// The type of a parameter as users see it.
    pub fn public_ty(&self, p: &Param) -> TokenStream {
        match &p.function {
            Some(f) => {
                let bound = f.value_bound(self.krate);
                quote!(impl #bound)
            }
            None => p.syntax.to_token_stream(),
        }
    }

    /// The statements that make of functions what bodies take: shadows, or tangents.
    pub fn values(&self, reverse: bool) -> TokenStream {
        let (sig, krate) = (self.sig, self.krate);
        let mut out = TokenStream::new();
        for (i, p) in self.params() {
            let Some(f) = &p.function else { continue };
            let (name, label) = (&p.name, p.name.to_string());
            let value = sig.fresh(&format!("{name}_value"));
            let (plain, ty) = (f.value(&value, krate), f.value_ty());
            out.extend(quote!(let #value = &#name; let #name: #ty = &#plain;));
            let of = value.to_token_stream();
            out.extend(if reverse {
                let (bar, ty, shadow) = (sig.bar(i), f.shadow_ty(krate), f.shadow_of(&label, &of, krate));
                quote!(#[allow(unused_variables)] let #bar: #ty = &mut #shadow;)
            } else {
                let (dot, ty, tangent) = (sig.dot(i), f.tangent_ty(krate), f.tangent_of(&label, &of, krate));
                quote!(let #dot: #ty = &#tangent;)
            });
        }
        out
    }
}

/// What differentiated callers ask for where they pass an annotated function by its name.
///
/// ```text
/// pub const TAKES_0: TakesFunction = TakesFunction;
/// pub fn shadow_of_0<V: FunctionValue<(f64,), f64>>(value: V) -> impl FnMut(f64, &mut f64, f64) + use<V>
/// pub fn dot_of_0<V: FunctionValue<(f64,), f64>>(value: V) -> impl Fn(f64, &f64) -> (f64, f64) + use<V>
/// ```
pub fn helpers(api: &Api<'_>) -> TokenStream {
    let (sig, krate, vis) = (api.sig, api.krate, api.vis);
    let mut out = TokenStream::new();
    for (i, p) in api.params() {
        let Some(f) = &p.function else { continue };
        let (adjoint, tangent) = (format_ident!("shadow_of_{i}"), format_ident!("dot_of_{i}"));
        let takes = format_ident!("TAKES_{i}");
        let label = p.name.to_string();
        let (bound, value) = (f.value_bound(krate), quote!(&value));
        let (shadow, dot) = (f.shadow_of(&label, &value, krate), f.tangent_of(&label, &value, krate));
        let inputs: Vec<_> = f.inputs.iter().map(|i| &i.0).collect();
        let (shadows, seed) = (f.shadow_tys(krate), f.seed_ty());
        let (tangents, output, dot_ty) = (f.tangent_tys(krate), &f.output.0, f.dot_ty());
        // The parameters that its type names.
        let (mut names, mut params) = (Vec::new(), Vec::new());
        for g in &sig.generics.params {
            match g {
                syn::GenericParam::Const(c) if mentions(&bound, &c.ident) => {
                    names.push(&c.ident);
                    params.push(g.to_token_stream());
                }
                syn::GenericParam::Type(t) if mentions(&bound, &t.ident) => {
                    let name = &t.ident;
                    let float = sig.floats.iter().find(|f| f.name == *name).map(|f| &f.bound);
                    names.push(name);
                    params.push(quote!(#name: #float + #krate::Scalar));
                }
                _ => {}
            }
        }
        let v = sig.fresh("V");
        out.extend(quote! {
            #[doc(hidden)]
            #vis const #takes: #krate::functions::TakesFunction = #krate::functions::TakesFunction;
            #[doc(hidden)]
            #vis fn #adjoint<#(#params,)* #v: #bound>(value: #v)
                -> impl FnMut(#(#inputs,)* #(#shadows,)* #seed) + use<#(#names,)* #v> { move #shadow }
            #[doc(hidden)]
            #vis fn #tangent<#(#params,)* #v: #bound>(value: #v)
                -> impl Fn(#(#inputs,)* #(#tangents),*) -> (#output, #dot_ty) + use<#(#names,)* #v> { move #dot }
        });
    }
    out
}

fn mentions(tokens: &TokenStream, name: &Ident) -> bool {
    tokens.clone().into_iter().any(|t| match t {
        proc_macro2::TokenTree::Ident(id) => id == *name,
        proc_macro2::TokenTree::Group(g) => mentions(&g.stream(), name),
        proc_macro2::TokenTree::Punct(_) | proc_macro2::TokenTree::Literal(_) => false,
    })
}
