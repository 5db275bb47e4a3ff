//! A `#[cfg]` on an element.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let v = [x, #[cfg(any())] 3.0, x];
    v[0] * v[1]
}

fn main() {}
