//! The integer is the result.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> i64 {
    x as i64
}

fn main() {}
