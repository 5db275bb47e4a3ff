//! A callee that could not be differentiated: its own mistake is the only error.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn helper(x: f64) -> f64 {
    unsafe { x * x }
}

#[differentiate]
fn f(x: f64) -> f64 {
    helper(x) * x
}

fn main() {}
