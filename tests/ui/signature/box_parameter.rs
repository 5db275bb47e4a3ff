//! A boxed slice.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: Box<[f64]>) -> f64 {
    0.0
}

fn main() {}
