//! A `#[cfg]` on an argument.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn helper(x: f64) -> f64 {
    x * x
}

#[differentiate]
fn f(x: f64) -> f64 {
    helper(#[cfg(all())] x)
}

fn main() {}
