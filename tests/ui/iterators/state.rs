//! An iterator in a variable whose state is not followed.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(xs: &[f64], ys: &[f64]) -> f64 {
    let mut it = xs.iter().chain(ys);
    let a = it.next().unwrap();
    a * it.next().unwrap()
}

fn main() {}
