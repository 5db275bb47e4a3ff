//! A sort whose closure changes something.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(xs: &[f64]) -> f64 {
    let mut v = xs.to_vec();
    let mut n = 0.0;
    v.sort_by(|a, b| {
        n += 1.0;
        a.total_cmp(b)
    });
    v[0] * n
}

fn main() {}
