//! A pattern whose type is not visible, as the parameter of a closure that is passed to another function.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn apply(g: impl Fn(&f64) -> f64, x: f64) -> f64 {
    g(&x)
}

#[differentiate]
fn f(x: f64) -> f64 {
    apply(|&t| t * x, x)
}

fn main() {}
