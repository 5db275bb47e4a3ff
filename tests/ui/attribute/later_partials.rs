//! A custom rule, which is for later.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate(partials(1.0))]
fn f(x: f64) -> f64 {
    x * x
}

fn main() {}
