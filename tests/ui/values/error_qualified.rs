//! An error made of an active value, written with its type.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn qualified(a: f64) -> Result<f64, f64> {
    if a > 1.0 { Result::Err(a * a) } else { Ok(a) }
}

fn main() {}
