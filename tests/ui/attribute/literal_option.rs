//! A literal for an option.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate(2)]
fn f(x: f64) -> f64 {
    x * x
}

fn main() {}
