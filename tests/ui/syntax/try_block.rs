//! A `try` block.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let y: Option<f64> = try { Some(x) };
    x * x
}

fn main() {}
