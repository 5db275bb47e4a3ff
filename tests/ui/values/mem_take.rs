//! `mem::take`.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(mut y: f64) -> f64 {
    let old = std::mem::take(&mut y);
    old * y
}

fn main() {}
