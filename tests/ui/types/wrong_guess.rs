//! A result used as what it is not: rustc's error at the call.

use ad_runtime::differentiate;

#[differentiate]
fn helper(x: f64) -> (f64, f64) {
    (x, x)
}

#[differentiate]
fn f(x: f64) -> f64 {
    helper(x) * 2.0
}

fn main() {}
