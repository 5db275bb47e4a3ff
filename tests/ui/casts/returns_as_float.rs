//! A cast cuts the derivative, and its value comes back.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let n = x as i64;
    x * n as f64
}

fn main() {}
