//! `scan`.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(xs: &[f64]) -> f64 {
    xs.iter().scan(0.0, |s, x| { *s += x; Some(*s) }).sum::<f64>()
}

fn main() {}
