//! An iterator's method that there is not.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(xs: &[f64]) -> f64 {
    let k = xs.iter().rposition(|x| *x > 0.0).unwrap();
    xs[k]
}

fn main() {}
