//! Derivatives of a generic function in a function that asks for less than they need.
#![allow(unused)]

use ad_runtime::differentiate;
use num_traits::Float;

#[differentiate]
fn f<T: Float>(x: T) -> T {
    x.sin()
}

fn slope<T: Float>(x: T) -> T {
    f::grad(x)
}

fn main() {}
