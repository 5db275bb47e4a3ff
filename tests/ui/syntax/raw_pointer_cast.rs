//! A cast to a raw pointer.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let p = &x as *const f64;
    x * x
}

fn main() {}
