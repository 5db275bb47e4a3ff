//! A name that is a module as well.
#![allow(unused)]

use ad_runtime::differentiate;

mod helper {}

fn helper(x: f64) -> f64 {
    x * x
}

#[differentiate]
fn f(x: f64) -> f64 {
    helper(x) * x
}

fn main() {}
