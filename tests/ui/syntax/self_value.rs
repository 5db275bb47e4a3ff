//! `self` where there is none.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    self.k * x
}

fn main() {}
