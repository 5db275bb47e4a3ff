//! Options that are no list.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate(recursive type = Name)]
fn f(x: f64) -> f64 {
    x * x
}

fn main() {}
