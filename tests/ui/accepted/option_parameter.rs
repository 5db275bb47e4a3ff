//! An Option as a parameter.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: Option<f64>) -> f64 {
    0.0
}

fn main() {}
