//! A tuple struct's constructor.
#![allow(unused)]

use ad_runtime::differentiate;

struct Meters(f64);

#[differentiate]
fn f(x: f64) -> f64 {
    let p = Meters(x);
    p.0 * p.0
}

fn main() {}
