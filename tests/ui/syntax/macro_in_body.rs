//! A macro's definition inside the function.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    macro_rules! twice {
        ($x:expr) => {
            2.0 * $x
        };
    }
    x * x
}

fn main() {}
