//! A closure from outside, whose derivative nobody knows.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn twice(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(f(x))
}

fn main() {
    let _ = twice::grad(|x: f64| x * x, 1.0);
}
