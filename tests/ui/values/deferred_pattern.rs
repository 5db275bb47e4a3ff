//! A deferred `let` with a pattern that there is not.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let [a, b];
    [a, b] = [x, x];
    a * b
}

fn main() {}
