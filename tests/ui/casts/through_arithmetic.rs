//! By way of integer arithmetic.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let cells = (x / 0.1) as i32;
    let odd = 2 * cells + 1;
    x * f64::from(odd)
}

fn main() {}
