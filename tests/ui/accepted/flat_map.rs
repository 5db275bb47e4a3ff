//! `flat_map`.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(xs: &[f64]) -> f64 {
    xs.iter().flat_map(|x| [*x, 2.0 * x]).sum()
}

fn main() {}
