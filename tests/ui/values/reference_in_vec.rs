//! References kept in a Vec.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(a: &[f64], b: &[f64]) -> f64 {
    let rows = vec![a, b];
    rows[0][0] * rows[1][0]
}

fn main() {}
