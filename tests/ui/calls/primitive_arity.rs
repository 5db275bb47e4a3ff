//! A primitive with too many arguments.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    f64::sin(x, x)
}

fn main() {}
