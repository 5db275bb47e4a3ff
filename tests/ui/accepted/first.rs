//! `first`, which gives an Option.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(xs: &[f64]) -> f64 {
    *xs.first().unwrap()
}

fn main() {}
