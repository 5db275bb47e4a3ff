//! An Ordering passed on.
#![allow(unused)]

use ad_runtime::differentiate;

fn sign(o: std::cmp::Ordering) -> f64 {
    o as i32 as f64
}

#[differentiate]
fn f(a: f64, b: f64) -> f64 {
    let o = a.total_cmp(&b);
    a * sign(o)
}

fn main() {}
