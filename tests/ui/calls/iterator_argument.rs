//! An iterator passed to another function.
#![allow(unused)]

use ad_runtime::differentiate;

fn total<'a>(xs: impl Iterator<Item = &'a f64>) -> f64 {
    xs.sum()
}

#[differentiate]
fn f(xs: &[f64]) -> f64 {
    total(xs.iter())
}

fn main() {}
