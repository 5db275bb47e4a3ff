//! `impl` in a closure's type.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let g = |t: &dyn Fn(f64) -> f64| x;
    x * x
}

fn main() {}
