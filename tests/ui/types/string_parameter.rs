//! A String made of a number.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let s = x.to_string();
    x * x
}

fn main() {}
