//! A result that may be of either of two float types.
#![allow(unused)]

use ad_runtime::differentiate;
use num_traits::Float;

#[differentiate]
fn f<S: Float, T: Float>(x: S, y: T) -> S {
    let z = g(y);
    x * S::from(z.sin()).unwrap()
}

#[differentiate]
fn g<T: Float>(x: T) -> T {
    x * x
}

fn main() {}
