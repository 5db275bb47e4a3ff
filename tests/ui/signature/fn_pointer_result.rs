//! A function as the result.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> fn(f64) -> f64 {
    f64::sin
}

fn main() {}
