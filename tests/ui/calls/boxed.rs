//! An active value put into a Box.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let b = Box::new(x);
    *b * 2.0
}

fn main() {}
