//! A function whose name is that of a crate as well.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn core(x: f64) -> f64 {
    x * x
}

#[differentiate]
fn f(x: f64) -> f64 {
    core(x)
}

fn main() {}
