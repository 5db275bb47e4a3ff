//! A result that is a view of one parameter or of another.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f<'a>(x: &'a [f64], y: &'a [f64], c: bool) -> &'a [f64] {
    if c { x } else { &y[1..] }
}

#[differentiate]
fn g<'a>(x: &'a [f64], y: &'a [f64], c: bool) -> &'a [f64] {
    if c {
        return x;
    }
    y
}

fn main() {}
