//! A String made of active values.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let s = format!("{x}");
    x * x
}

fn main() {}
