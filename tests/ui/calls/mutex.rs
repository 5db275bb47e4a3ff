//! An active value put into a Mutex.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let m = std::sync::Mutex::new(x);
    x * x
}

fn main() {}
