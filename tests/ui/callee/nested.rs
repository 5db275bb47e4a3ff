//! A nested function without derivative.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    fn helper(x: f64) -> f64 {
        x * x
    }
    helper(x) * x
}

fn main() {}
