//! A closure that captures what is no number and no slice, passed to another function.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn apply(g: impl Fn(f64) -> f64, x: f64) -> f64 {
    g(x)
}

#[differentiate]
fn f(x: f64, n: usize) -> f64 {
    let range = 0..n;
    apply(|t| range.clone().map(|i| t * i as f64).sum::<f64>(), x)
}

fn main() {}
