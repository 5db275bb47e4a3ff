//! A struct inside the function.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    struct Point(f64);
    x * x
}

fn main() {}
