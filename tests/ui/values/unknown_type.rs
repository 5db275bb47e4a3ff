//! A type that cannot be inferred: rustc alone knows what the callee gives.
#![allow(unused)]

use ad_runtime::differentiate;

static TABLE: (f64, f64) = (1.0, 2.0);

#[differentiate]
fn helper(x: f64) -> f64 {
    x
}

#[differentiate]
fn f(x: f64) -> f64 {
    let t = TABLE.0 * x;
    let v = t - t;
    helper(v)
}

fn main() {}
