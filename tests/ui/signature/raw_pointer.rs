//! A raw pointer as a parameter.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: *const f64) -> f64 {
    0.0
}

fn main() {}
