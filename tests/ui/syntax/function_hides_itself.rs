//! An inner function of the function's own name.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    fn f(x: f64) -> f64 {
        3.0 * x
    }
    f(x)
}

fn main() {}
