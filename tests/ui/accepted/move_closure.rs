//! A `move` closure has its own copy.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let mut a = x;
    let g = move |t: f64| a * t;
    a = 10.0;
    g(2.0) + a
}

fn main() {
    assert_eq!(f::grad(1.0), 2.0);
}
