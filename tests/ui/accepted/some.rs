//! `Some` of an active value.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let y = Some(x);
    x * x
}

fn main() {}
