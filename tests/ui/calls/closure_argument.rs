//! A closure passed to a method.
#![allow(unused)]

use ad_runtime::differentiate;

struct S;

impl S {
    fn apply(g: impl Fn(f64) -> f64, x: f64) -> f64 {
        g(x)
    }
}

#[differentiate]
fn f(x: f64) -> f64 {
    S::apply(|t| t * x, x)
}

fn main() {}
