//! `dyn Trait` as a parameter: what it calls cannot be known.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(g: &dyn Fn(f64) -> f64, x: f64) -> f64 {
    g(x)
}

fn main() {}
