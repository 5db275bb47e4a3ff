//! Nothing to be left out of.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate(skip)]
fn f(x: f64) -> f64 {
    x
}

fn main() {}
