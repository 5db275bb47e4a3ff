//! f32 and f64 in one sum: rustc's error.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64, y: f32) -> f64 {
    x + y
}

fn main() {}
