//! A boxed slice as a result.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: &[f64]) -> Box<[f64]> {
    x.into()
}

fn main() {}
