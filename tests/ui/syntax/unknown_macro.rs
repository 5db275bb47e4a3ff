//! An unknown macro with an active argument.
#![allow(unused)]

use ad_runtime::differentiate;

macro_rules! twice {
    ($x:expr) => {
        2.0 * $x
    };
}

#[differentiate]
fn f(x: f64) -> f64 {
    twice!(x)
}

fn main() {}
