//! A chain of `let`s.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64, xs: &[f64]) -> f64 {
    if x > 0.0 && let [a, ..] = xs { a * x } else { x }
}

fn main() {}
