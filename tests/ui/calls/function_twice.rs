//! A parameter that is a function goes to two arguments of one call.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn compose(g: impl Fn(f64) -> f64, h: impl Fn(f64) -> f64, x: f64) -> f64 {
    g(h(x))
}

#[differentiate]
fn f(g: impl Fn(f64) -> f64, x: f64) -> f64 {
    compose(&g, &g, x)
}

fn main() {}
