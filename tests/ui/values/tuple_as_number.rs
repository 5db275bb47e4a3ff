//! A tuple where a number is needed.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let p = (x, x);
    p + 1.0
}

fn main() {}
