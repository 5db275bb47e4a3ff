//! A variant of a user's enum.
#![allow(unused)]

use ad_runtime::differentiate;

enum Shape {
    Disc(f64),
}

#[differentiate]
fn f(x: f64) -> f64 {
    let s = Shape::Disc(x);
    x * x
}

fn main() {}
