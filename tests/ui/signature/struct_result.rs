//! A struct as a result.
#![allow(unused)]

use ad_runtime::differentiate;

struct Point(f64);

#[differentiate]
fn f(x: f64) -> Point {
    Point(x)
}

fn main() {}
