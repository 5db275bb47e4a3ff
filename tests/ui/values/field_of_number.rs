//! A part of what is no tuple.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let c = |t: f64| t;
    c.0 * x
}

fn main() {}
