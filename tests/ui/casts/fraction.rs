//! The usual way to a fraction, which has a derivative only because the rest is written out.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    x - (x as i64) as f64
}

fn main() {}
