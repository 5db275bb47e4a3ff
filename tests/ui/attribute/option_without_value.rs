//! An option that needs a value.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate(type)]
fn f(x: f64) -> f64 {
    x * x
}

fn main() {}
