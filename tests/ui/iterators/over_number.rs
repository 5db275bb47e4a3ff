//! A loop over a number.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let mut y = x;
    for _ in x {
        y *= 2.0;
    }
    y
}

fn main() {}
