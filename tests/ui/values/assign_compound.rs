//! A compound assignment to what is no place.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let c = |t: f64| t;
    c += x;
    x
}

fn main() {}
