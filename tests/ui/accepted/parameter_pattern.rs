//! A struct pattern for a parameter.
#![allow(unused)]

use ad_runtime::differentiate;

struct Meters(f64);

#[differentiate]
fn f(#[constant] Meters(y): Meters, x: f64) -> f64 {
    x
}

fn main() {}
