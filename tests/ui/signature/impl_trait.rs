//! `impl Trait` as a parameter.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(g: impl Into<f64>, x: f64) -> f64 {
    g.into() * x
}

fn main() {}
