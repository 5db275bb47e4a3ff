//! A parameter that may not be there.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64, #[cfg(all())] y: f64) -> f64 {
    x
}

fn main() {}
