//! A range where a number is needed.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    (0..3) + 1;
    x
}

fn main() {}
