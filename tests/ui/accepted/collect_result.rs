//! Collecting into a Result.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(xs: &[f64]) -> f64 {
    let v: Result<Vec<f64>, ()> = xs.iter().map(|x| Ok(*x)).collect();
    xs[0]
}

fn main() {}
