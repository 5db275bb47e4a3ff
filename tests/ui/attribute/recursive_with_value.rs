//! An option that takes no value.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate(recursive = true)]
fn f(x: f64) -> f64 {
    x * x
}

fn main() {}
