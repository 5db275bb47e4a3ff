//! The same in call form.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    f64::lerp(x, 2.0, 0.5)
}

fn main() {}
