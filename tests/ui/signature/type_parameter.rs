//! A generic scalar.
#![allow(unused)]

use ad_runtime::differentiate;

use std::ops::Mul;

#[differentiate]
fn f<T: Mul<Output = T> + Copy>(x: T) -> T {
    x * x
}

fn main() {}
