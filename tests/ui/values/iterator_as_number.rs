//! An iterator where a number is needed.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(xs: &[f64]) -> f64 {
    xs.iter() * 2.0
}

fn main() {}
