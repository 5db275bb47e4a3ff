//! A reference to a number as a result.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn largest(xs: &[f64]) -> &f64 {
    &xs[0]
}

fn main() {}
