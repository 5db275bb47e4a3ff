//! A closure chosen at run time.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let g = if x > 0.0 { |t: f64| t * t } else { |t: f64| t + 1.0 };
    g(x)
}

fn main() {}
