//! A closure is passed to another function in a second derivative.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn apply(g: impl Fn(f64) -> f64, x: f64) -> f64 {
    g(x)
}

#[differentiate(order = 2)]
fn f(x: f64) -> f64 {
    apply(|t| t * x, x)
}

fn main() {}
