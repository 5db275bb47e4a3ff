//! `dbg!`, which hands its argument on.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    dbg!(x * x)
}

fn main() {}
