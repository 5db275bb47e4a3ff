//! The same with a slice.
#![allow(unused)]

use ad_runtime::differentiate;

fn total(xs: &[f64]) -> f64 {
    xs[0]
}

#[differentiate]
fn f(xs: &[f64]) -> f64 {
    total(xs) * xs[0]
}

fn main() {}
