//! The integer that a differentiated function returns, made a float.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn count(x: f64) -> usize {
    if x > 0.0 { 2 } else { 1 }
}

#[differentiate]
fn f(x: f64) -> f64 {
    let n = count(x);
    n as f64 * x
}

fn main() {}
