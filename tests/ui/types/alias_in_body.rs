//! An alias under a `#[cfg]`.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    #[cfg(all())]
    type Real = f64;
    let y: Real = x;
    y * y
}

fn main() {}
