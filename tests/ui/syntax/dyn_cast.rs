//! `dyn` in a cast.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let g = &(|t: f64| t * t) as &dyn Fn(f64) -> f64;
    g(x)
}

fn main() {}
