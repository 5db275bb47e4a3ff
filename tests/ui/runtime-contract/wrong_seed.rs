//! A cotangent of another shape.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(xs: &[f64]) -> Vec<f64> {
    xs.iter().map(|x| x * x).collect()
}

fn main() {
    let (_, pullback) = f::vjp(&[1.0, 2.0]);
    pullback(1.0);
}
