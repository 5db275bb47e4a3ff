//! The `?` operator.
#![allow(unused)]

use ad_runtime::differentiate;

fn checked(x: f64) -> Option<f64> {
    Some(x)
}

#[differentiate]
fn f(x: f64) -> Option<f64> {
    let y = checked(x)?;
    Some(y)
}

fn main() {}
