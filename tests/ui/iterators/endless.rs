//! An iterator without end that nothing leaves.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let mut y = x;
    for k in 0.. {
        y *= x;
    }
    y
}

fn main() {}
