//! An assignment to what is no place.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    2.0 = x;
    x
}

fn main() {}
