//! A callee without derivative is fine where nothing active goes in.
#![allow(unused)]

use ad_runtime::differentiate;

fn table(n: usize) -> f64 {
    n as f64
}

#[differentiate]
fn f(x: f64, n: usize) -> f64 {
    x * table(n)
}

fn main() {
    assert_eq!(f::grad(2.0, 3), 3.0);
}
