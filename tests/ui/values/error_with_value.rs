//! An error that is made of an active value.
#![allow(unused)]

use ad_runtime::{differentiate, stop_gradient};

#[derive(Clone, Debug)]
struct TooLarge {
    at: f64,
}

#[differentiate]
fn plain(a: f64) -> Result<f64, f64> {
    if a > 1.0 { Err(a * a) } else { Ok(a) }
}

#[differentiate]
fn of_a_struct(a: f64) -> Result<f64, TooLarge> {
    let b = a * a;
    if b > 1.0 {
        return Err(TooLarge { at: b });
    }
    Ok(b)
}

#[differentiate]
fn cut(a: f64) -> Result<f64, TooLarge> {
    let b = a * a;
    if b > 1.0 {
        return Err(TooLarge { at: stop_gradient(b) });
    }
    Ok(b)
}

fn main() {}
