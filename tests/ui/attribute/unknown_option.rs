//! An option that there is not.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate(reverse)]
fn f(x: f64) -> f64 {
    x * x
}

fn main() {}
