//! A type that cannot be inferred: rustc alone knows what the callee gives.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn helper(x: f64) -> f64 {
    x
}

#[differentiate]
fn f(x: f64) -> f64 {
    let t = helper(x);
    let u = t - t;
    helper(u)
}

fn main() {}
