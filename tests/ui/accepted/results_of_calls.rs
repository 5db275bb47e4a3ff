//! Results of calls in arithmetic whose types nothing else says.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn helper(x: f64) -> f64 {
    x * x
}

#[differentiate]
fn f(x: f64) -> f64 {
    let v = [helper(x), helper(2.0 * x)];
    let mut s = v[0];
    s += v[1];
    helper(-s)
}

fn main() {
    assert_eq!(f::grad(1.0), 100.0);
}
