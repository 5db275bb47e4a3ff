//! An async block.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let later = async { x };
    x * x
}

fn main() {}
