//! A method without derivative.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let b = x.to_bits();
    f64::from_bits(b)
}

fn main() {}
