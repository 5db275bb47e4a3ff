//! A swap of what are no places.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(mut x: f64, mut y: f64) -> f64 {
    std::mem::swap(x, y);
    x * y
}

fn main() {}
