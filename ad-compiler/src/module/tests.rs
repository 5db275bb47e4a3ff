//! What holds for modules, seen in tokens.

use crate::driver::expand;
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};

fn function(i: usize) -> TokenStream {
    let [name, other] = [i, i + 1].map(|i| quote::format_ident!("g{i}"));
    quote! {
        pub fn #name(x: &[f64], w: f64, n: usize) -> f64 {
            let mut sum = w;
            for i in 0..n {
                let y = x[i] * sum.sin();
                sum += if y > 0.5 { y.exp() } else { w / (1.0 + y * y) };
            }
            sum + #other(x, sum, n)
        }
    }
}

/// `g0` to the function before the last call one another in a row.
fn functions(n: usize) -> Vec<TokenStream> {
    let last = quote::format_ident!("g{n}");
    let mut all: Vec<TokenStream> = (0..n).map(function).collect();
    all.push(quote! { pub fn #last(x: &[f64], w: f64, n: usize) -> f64 { w * x[n] } });
    all
}

fn module(n: usize) -> TokenStream {
    let all = functions(n);
    expand(TokenStream::new(), quote!(mod m { #(#all)* }))
}

fn count(tokens: TokenStream) -> usize {
    let of = |t: TokenTree| if let TokenTree::Group(g) = t { 2 + count(g.stream()) } else { 1 };
    tokens.into_iter().map(of).sum()
}

#[test]
fn a_module_is_its_functions() {
    let alone: TokenStream = functions(3).into_iter().map(|f| expand(TokenStream::new(), f)).collect();
    assert_eq!(module(3).to_string(), quote!(mod m { #alone }).to_string());
}

#[test]
fn modules_are_linear_in_their_functions() {
    let [a, b, c] = [20, 40, 60].map(|n| count(module(n)));
    assert_eq!(b - a, c - b);
}

#[test]
fn other_items_stay_as_they_are() {
    let items = quote! {
        use std::fmt;
        #[doc = "A struct."]
        struct S { x: f64 }
        impl fmt::Display for S { fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { Ok(()) } }
        #[cfg(test)]
        mod tests { #[test] fn f(x: f64) -> f64 { x } }
        fn main() { println!("{}", 1.0); }
        macro_rules! m { () => {} }
    };
    let on = quote!(__cfg_on = (test));
    let expanded = expand(on, quote!(pub(crate) mod m { #items }));
    assert_eq!(expanded.to_string(), quote!(pub(crate) mod m { #items }).to_string());
}

#[test]
fn no_module_makes_the_compiler_panic() {
    for text in [
        "mod m {}",
        "mod m;",
        "mod m { type A = B; type B = A; fn f(x: A) -> A { x } }",
        "mod m { struct S { s: Vec<S> } impl S { fn f(&self) -> &Self { self } } fn g(s: S) -> usize { s.f().s.len() } }",
        "mod m { fn f<T>(x: T) -> T { g(x) } fn g<T>(x: T) -> T { f(x) } fn h(x: f64) -> f64 { f(x) } }",
        "mod m { fn f(x: f64) -> f64 { x } fn f(x: f32) -> f32 { x } fn g(x: f64) -> f64 { f(x).abs() } }",
        "mod m { impl<T> S<T> { fn f(&self, x: f64) -> f64 { x } } impl S<f64> { fn f(&self) -> Self { *self } } }",
        "mod m { enum E { A(f64), B { n: usize } } fn f(e: &E) -> f64 { match e { E::A(x) => *x, E::B { n } => *n as f64 } } }",
        "mod m { #[differentiate(skip, order = 9, what)] fn f(x: f64) -> f64 { x } }",
        "mod m { fn f(self, x: f64) -> f64 { x } }",
    ] {
        let tokens: TokenStream = text.parse().unwrap();
        let _ = expand(TokenStream::new(), tokens).to_token_stream();
    }
}
