//! What rustc cannot read either.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    x +
}

fn main() {}
