//! A const block.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    x * const { 2.0 * 1.5 }
}

fn main() {
    assert_eq!(f::grad(2.0), 3.0);
}
