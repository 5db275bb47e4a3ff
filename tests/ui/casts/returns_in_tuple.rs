//! The integer is part of the result.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> (f64, usize) {
    (x * x, x as usize)
}

fn main() {}
