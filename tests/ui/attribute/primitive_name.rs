//! A function named like a primitive type: the type of its derivatives would hide it.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f64(x: f32) -> f32 {
    x * x
}

fn main() {}
