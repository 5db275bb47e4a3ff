//! The same with const generics.
#![allow(unused)]

use ad_runtime::differentiate;

fn helper<const N: usize>(x: f64) -> f64 {
    x * N as f64
}

#[differentiate]
fn f(x: f64) -> f64 {
    helper::<3>(x) * x
}

fn main() {}
