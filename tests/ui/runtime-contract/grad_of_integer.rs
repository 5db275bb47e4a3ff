//! The gradient of a function whose result is an integer.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(xs: &[f64]) -> usize {
    xs.len()
}

fn main() {
    f::grad(&[1.0]);
}
