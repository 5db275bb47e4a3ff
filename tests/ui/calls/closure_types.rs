//! A parameter that is no float and no slice of floats, without its type.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn apply(g: impl Fn(bool, f64) -> f64, x: f64) -> f64 {
    g(true, x)
}

#[differentiate]
fn f(x: f64) -> f64 {
    apply(|flag, t| if flag { t * x } else { t }, x)
}

fn main() {}
