//! A function without derivative is passed to another function by its name.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn apply(g: impl Fn(f64) -> f64, x: f64) -> f64 {
    g(x)
}

fn plain(x: f64) -> f64 {
    x
}

#[differentiate]
fn f(x: f64) -> f64 {
    apply(plain, x)
}

fn main() {}
