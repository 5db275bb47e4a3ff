//! `repeat` with `take`.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    std::iter::repeat(x).take(3).map(|t| t * t).sum()
}

fn main() {
    assert_eq!(f::grad(2.0), 12.0);
}
