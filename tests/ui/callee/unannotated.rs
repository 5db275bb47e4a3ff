//! A function without derivative is called with an active argument.
#![allow(unused)]

use ad_runtime::differentiate;

fn helper(x: f64) -> f64 {
    x * x
}

#[differentiate]
fn f(x: f64) -> f64 {
    helper(x) * x
}

fn main() {}
