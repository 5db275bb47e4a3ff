//! A custom rule.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate(partials(2.0 * x))]
fn f(x: f64) -> f64 {
    x * x
}

fn main() {}
