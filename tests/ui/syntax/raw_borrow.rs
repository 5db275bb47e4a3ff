//! A raw borrow.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let p = &raw const x;
    x * x
}

fn main() {}
