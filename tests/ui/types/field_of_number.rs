//! A field of what has none.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    (x * 2.0).value
}

fn main() {}
