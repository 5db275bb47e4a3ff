//! An option whose value is something else.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate(type = "Name")]
fn f(x: f64) -> f64 {
    x * x
}

fn main() {}
