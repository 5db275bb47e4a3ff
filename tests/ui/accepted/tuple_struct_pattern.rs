//! A tuple struct's pattern.
#![allow(unused)]

use ad_runtime::differentiate;

struct Meters(f64);

#[differentiate]
fn f(#[constant] m: &Meters, x: f64) -> f64 {
    let Meters(y) = *m;
    y * x
}

fn main() {}
