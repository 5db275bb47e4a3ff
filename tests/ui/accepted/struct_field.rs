//! A field of a struct that is constant.
#![allow(unused)]

use ad_runtime::differentiate;

struct Spring {
    k: f64,
}

#[differentiate]
fn f(#[constant] s: &Spring, x: f64) -> f64 {
    s.k * x * x
}

fn main() {}
