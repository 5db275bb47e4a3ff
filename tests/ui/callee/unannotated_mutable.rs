//! The same with a buffer that is written.
#![allow(unused)]

use ad_runtime::differentiate;

fn scale(v: &mut [f64], c: f64) {
    v[0] *= c;
}

#[differentiate]
fn f(x: f64) -> f64 {
    let mut v = vec![x, x];
    scale(&mut v, x);
    v[0] * v[1]
}

fn main() {}
