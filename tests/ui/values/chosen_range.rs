//! A range chosen at run time.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64, n: usize) -> f64 {
    let r = if n > 3 { 0..n } else { 1..n };
    let mut y = x;
    for _ in r {
        y *= x;
    }
    y
}

fn main() {}
