//! An active value for a parameter that is constant there.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn helper(x: f64, #[constant] c: f64) -> f64 {
    x * c
}

#[differentiate]
fn f(x: f64) -> f64 {
    helper(x, x)
}

fn main() {}
