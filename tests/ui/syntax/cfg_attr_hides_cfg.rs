//! A `#[cfg]` inside a `#[cfg_attr]`.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let mut y = x;
    #[cfg_attr(all(), cfg(any()))]
    {
        y *= x;
    }
    y
}

fn main() {}
