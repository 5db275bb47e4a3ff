//! A constant that hides a parameter.
#![allow(unused)]
#![allow(non_upper_case_globals)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64, k: f64) -> f64 {
    const k: f64 = 3.0;
    k * x
}

fn main() {}
