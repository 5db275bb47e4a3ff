//! A method of `Option` that is not differentiated.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: Option<f64>, y: Option<f64>) -> f64 {
    x.xor(y).unwrap_or(0.0)
}

fn main() {}
