//! Interior mutability in a constant parameter: an active value would get in.
#![allow(unused)]

use ad_runtime::differentiate;

use std::cell::Cell;

#[differentiate]
fn f(#[constant] c: &Cell<f64>, x: f64) -> f64 {
    c.set(x);
    c.get()
}

fn main() {}
