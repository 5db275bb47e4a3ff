//! `expect` with a computed text.
#![allow(unused)]

use ad_runtime::differentiate;

const WHY: &str = "a positive number";

#[differentiate]
fn f(x: Option<f64>) -> f64 {
    x.expect(WHY)
}

fn main() {}
