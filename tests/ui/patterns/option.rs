//! `Some` in an arm.
#![allow(unused)]

use ad_runtime::differentiate;

fn checked(x: f64) -> Option<f64> {
    Some(x)
}

#[differentiate]
fn f(x: f64) -> f64 {
    match checked(x) {
        Some(y) => y,
        None => 0.0,
    }
}

fn main() {}
