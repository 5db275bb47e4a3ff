//! A loop over a tuple.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let mut y = 0.0;
    for t in (x, 2.0) {
        y += t;
    }
    y
}

fn main() {}
