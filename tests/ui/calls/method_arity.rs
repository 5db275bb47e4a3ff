//! A method with too few arguments.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    x.powf()
}

fn main() {}
