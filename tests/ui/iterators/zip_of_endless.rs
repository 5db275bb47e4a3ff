//! A sum over two endless ranges.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    (0..).zip(1..).map(|(i, j)| x * (i + j) as f64).sum()
}

fn main() {}
