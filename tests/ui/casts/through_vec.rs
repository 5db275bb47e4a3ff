//! By way of a Vec in a loop.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let mut v = Vec::new();
    for i in 0..3 {
        v.push((x * i as f64) as i64);
    }
    let mut s = 0.0;
    for n in &v {
        s += *n as f64;
    }
    s
}

fn main() {}
