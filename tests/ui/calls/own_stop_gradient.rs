//! A user's function that looks like the runtime's.
#![allow(unused)]

use ad_runtime::differentiate;

fn stop_gradient(x: f64) -> f64 {
    2.0 * x
}

#[differentiate]
fn f(x: f64) -> f64 {
    stop_gradient(x) * x
}

fn main() {}
