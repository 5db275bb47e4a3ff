//! `rev` behind `filter`.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(xs: &[f64]) -> f64 {
    xs.iter().filter(|x| **x > 0.0).rev().fold(0.0, |s, x| 2.0 * s + x)
}

fn main() {
    assert_eq!(f::grad(&[1.0, -1.0, 3.0]), [1.0, 0.0, 2.0]);
}
