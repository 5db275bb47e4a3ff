//! `impl Trait` as a result.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> impl Iterator<Item = f64> {
    std::iter::once(x)
}

fn main() {}
