//! An alias that the macro cannot see through.
#![allow(unused)]

use ad_runtime::differentiate;

type Real = f64;

#[differentiate]
fn f(x: Real) -> f64 {
    x * x
}

fn main() {}
