//! A Result as a result.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> Result<f64, String> {
    Ok(x)
}

fn main() {}
