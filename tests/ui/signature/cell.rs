//! Interior mutability in a parameter.
#![allow(unused)]

use ad_runtime::differentiate;

use std::cell::Cell;

#[differentiate]
fn f(x: &Cell<f64>) -> f64 {
    x.get()
}

fn main() {}
