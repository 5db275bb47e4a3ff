//! A block without value where a number is needed.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let y = { x * 2.0; };
    y + x
}

fn main() {}
