//! A literal that rustc does not know.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let s = 1_km;
    x * x
}

fn main() {}
