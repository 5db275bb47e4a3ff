//! An expression that is not stable.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    yield x;
    x * x
}

fn main() {}
