//! Tuples compared by `<`.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    if (x, 1.0) < (2.0, x) { x } else { x * x }
}

fn main() {}
