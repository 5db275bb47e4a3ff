//! Results of calls that are f32, without annotation.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn helper(x: f32) -> f32 {
    x * x
}

#[differentiate]
fn f(x: f32) -> f32 {
    let t = helper(x);
    let u = t + t;
    helper(u)
}

fn main() {
    assert_eq!(f::grad(1.0), 16.0);
}
