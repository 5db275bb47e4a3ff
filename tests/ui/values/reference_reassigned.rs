//! A reference with a new target in a loop.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(a: &[f64], b: &[f64]) -> f64 {
    let mut row = a;
    for _ in 0..3 {
        row = b;
    }
    row[0] * row[1]
}

fn main() {}
