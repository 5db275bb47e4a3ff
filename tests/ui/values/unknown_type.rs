//! A type that cannot be inferred: rustc alone knows what the callee gives.

use ad_runtime::differentiate;

#[differentiate]
fn helper(x: f64) -> (f64, f64) {
    (x, x)
}

#[differentiate]
fn f(x: f64) -> f64 {
    let v = helper(x);
    let w = v;
    w
}

fn main() {}
