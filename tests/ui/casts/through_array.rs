//! By way of an array and a copy of it.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let a = [x as i64, 1];
    let b = a;
    b[0] as f64 * x
}

fn main() {}
