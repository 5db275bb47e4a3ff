//! A closure kept in an array.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let fs = [|t: f64| t * t, |t: f64| t + 1.0];
    fs[0](x)
}

fn main() {}
