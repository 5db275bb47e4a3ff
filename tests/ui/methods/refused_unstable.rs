//! A method that is unstable.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    x.maximum(2.0)
}

fn main() {}
