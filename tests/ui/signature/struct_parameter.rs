//! A struct as a parameter.
#![allow(unused)]

use ad_runtime::differentiate;

struct Spring {
    k: f64,
}

#[differentiate]
fn energy(s: &Spring, x: f64) -> f64 {
    x * x
}

fn main() {}
