//! An unsafe block.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(xs: &[f64]) -> f64 {
    let y = unsafe { *xs.get_unchecked(0) };
    y * y
}

fn main() {}
