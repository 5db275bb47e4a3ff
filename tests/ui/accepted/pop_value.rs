//! The value of `pop`.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(xs: &[f64]) -> f64 {
    let mut v = xs.to_vec();
    v.pop().unwrap()
}

fn main() {}
