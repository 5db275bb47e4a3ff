//! A loop over two endless ranges.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let mut y = x;
    for (i, j) in (0..).zip(1..) {
        y *= (i + j) as f64;
        if j > 3 {
            return y;
        }
    }
    y
}

fn main() {}
