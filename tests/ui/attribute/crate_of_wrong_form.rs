//! A path that is none.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate(crate = 3)]
fn f(x: f64) -> f64 {
    x * x
}

fn main() {}
