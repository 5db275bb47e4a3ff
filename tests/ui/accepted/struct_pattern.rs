//! A struct pattern.
#![allow(unused)]

use ad_runtime::differentiate;

struct Point {
    x: f64,
    y: f64,
}

#[differentiate]
fn f(#[constant] p: &Point, z: f64) -> f64 {
    let Point { x, y } = *p;
    x * y
}

fn main() {}
