//! A call of what is no function.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let t = (x, 1.0);
    t.0(x)
}

fn main() {}
