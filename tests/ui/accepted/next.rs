//! An iterator as state.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(xs: &[f64]) -> f64 {
    let mut it = xs.iter();
    let a = it.next().unwrap();
    a * 2.0
}

fn main() {}
