//! `while let`.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(xs: &[f64]) -> f64 {
    let mut v = xs.to_vec();
    let mut s = 0.0;
    while let Some(x) = v.pop() {
        s += x;
    }
    s
}

fn main() {}
