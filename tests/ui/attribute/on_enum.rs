//! On an enum.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
enum Shape {
    Disc(f64),
}

fn main() {}
