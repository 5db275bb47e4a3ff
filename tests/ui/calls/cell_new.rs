//! An active value put into a Cell.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let c = std::cell::Cell::new(x);
    c.set(2.0 * x);
    c.get()
}

fn main() {}
