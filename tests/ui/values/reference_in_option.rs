//! An Option of a row that may be given another value.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(m: &[Vec<f64>]) -> f64 {
    let mut row = m.first();
    row.unwrap()[0]
}

fn main() {}
