//! A default whose type stands nowhere.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: Option<f64>) -> f64 {
    x.unwrap_or_default()
}

fn main() {}
