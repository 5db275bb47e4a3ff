//! `..` before the end of a tuple whose length is not visible.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn helper(x: f64) -> (f64, f64) {
    (x, x)
}

#[differentiate]
fn f(x: f64) -> f64 {
    let (.., last) = helper(x);
    last
}

fn main() {}
