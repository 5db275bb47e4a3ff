//! A part that a tuple has not.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let p = (x, 2.0 * x);
    p.2
}

fn main() {}
