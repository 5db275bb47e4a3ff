//! A raw pointer in an annotation.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let p: *const f64 = std::ptr::null();
    x * x
}

fn main() {}
