//! A conversion whose target stands nowhere.
#![allow(unused)]

use ad_runtime::differentiate;
use num_traits::{Float, NumCast};

#[differentiate]
fn f<T: Float>(x: T) -> T {
    let k = NumCast::from(2.0).unwrap();
    x * k
}

fn main() {}
