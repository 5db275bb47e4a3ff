//! `dyn` in an annotation.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let g: Box<dyn Fn(f64) -> f64> = Box::new(|t| t * t);
    g(x)
}

fn main() {}
