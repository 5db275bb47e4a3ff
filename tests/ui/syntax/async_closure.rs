//! An async closure.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let later = async |t: f64| t * x;
    x * x
}

fn main() {}
