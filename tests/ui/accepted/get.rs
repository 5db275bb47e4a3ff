//! `get`, which gives an Option.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(xs: &[f64]) -> f64 {
    xs.get(0).copied().unwrap_or(0.0)
}

fn main() {}
