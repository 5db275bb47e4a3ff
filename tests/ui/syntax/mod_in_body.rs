//! A module inside the function.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    mod inner {
        pub const K: f64 = 2.0;
    }
    x * inner::K
}

fn main() {}
