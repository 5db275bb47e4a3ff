//! A range in a variable that is asked for its next number.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(xs: &[f64], n: usize) -> f64 {
    let mut ks = 0..n;
    let k = ks.next().unwrap();
    xs[k]
}

fn main() {}
