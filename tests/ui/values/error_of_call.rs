//! An error that is the result of a differentiated function.
#![allow(unused)]

use ad_runtime::{differentiate, stop_gradient};

#[differentiate]
fn square(x: f64) -> f64 {
    x * x
}

#[differentiate]
fn level(x: f64) -> usize {
    if x > 2.0 { 2 } else { 1 }
}

#[differentiate]
fn at_once(a: f64) -> Result<f64, f64> {
    if a > 1.0 { Err(square(a)) } else { Ok(a) }
}

#[differentiate]
fn by_name(a: f64, b: f64) -> Result<f64, f64> {
    let t = square(b);
    if a > b {
        return Err(t);
    }
    Ok(a * t)
}

#[differentiate]
fn cut(a: f64) -> Result<f64, f64> {
    if a > 1.0 { Err(stop_gradient(square(a))) } else { Ok(a) }
}

#[differentiate]
fn an_integer(a: f64) -> Result<f64, usize> {
    if a > 1.0 { Err(level(a)) } else { Ok(a) }
}

fn main() {}
