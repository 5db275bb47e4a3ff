//! A glob import in an inner block.
#![allow(unused)]

use ad_runtime::differentiate;

const PI: f64 = 3.0;

#[differentiate]
fn f(x: f64) -> f64 {
    let a = PI * x;
    let b = {
        use std::f64::consts::*;
        PI * x
    };
    a + b
}

fn main() {}
