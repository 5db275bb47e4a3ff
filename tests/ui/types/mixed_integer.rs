//! An integer and a float in one sum.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64, n: usize) -> f64 {
    x * n
}

fn main() {}
