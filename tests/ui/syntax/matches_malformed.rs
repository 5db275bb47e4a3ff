//! A macro of std whose arguments cannot be read.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    if matches!(x) { x } else { 2.0 * x }
}

fn main() {}
