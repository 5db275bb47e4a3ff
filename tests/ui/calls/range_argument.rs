//! A range passed to another function.
#![allow(unused)]

use ad_runtime::differentiate;

fn count(r: std::ops::Range<usize>) -> f64 {
    r.len() as f64
}

#[differentiate]
fn f(x: f64) -> f64 {
    x * count(0..3)
}

fn main() {}
