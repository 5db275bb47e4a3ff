//! Into another function.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn helper(n: u32) -> f64 {
    f64::from(n)
}

#[differentiate]
fn f(x: f64) -> f64 {
    helper(x as u32) * x
}

fn main() {}
