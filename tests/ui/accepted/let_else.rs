//! `let … else`.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(xs: &[f64]) -> f64 {
    let [a, b] = xs else { return 0.0 };
    a * b
}

fn main() {}
