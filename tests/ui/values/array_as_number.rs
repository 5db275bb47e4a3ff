//! An array where a number is needed.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    -[x, x]
}

fn main() {}
