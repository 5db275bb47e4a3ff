//! An Option that a method of strings gives.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64, text: &str) -> f64 {
    let k = text.find('a').unwrap_or(0);
    x * k as f64
}

fn main() {}
