//! `repeat` without `take`.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    std::iter::repeat(x).map(|t| t * t).sum()
}

fn main() {}
