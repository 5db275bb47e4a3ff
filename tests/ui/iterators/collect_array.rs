//! Collecting into something else.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(xs: &[f64]) -> f64 {
    let v: std::collections::VecDeque<f64> = xs.iter().copied().collect();
    xs[0]
}

fn main() {}
