//! A tangent of another shape.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(xs: &[f64]) -> f64 {
    xs[0]
}

fn main() {
    f::jvp(&[1.0], 1.0);
}
