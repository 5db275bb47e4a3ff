//! An integer that was made of active values by a function of the module, made a float again.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
mod model {
    fn bin(x: f64) -> usize {
        (x * 4.0) as usize
    }

    /// As an index it is fine.
    fn g(x: f64, table: &[f64]) -> f64 {
        table[bin(x)] * x
    }

    fn f(x: f64) -> f64 {
        bin(x) as f64 * x
    }
}

fn main() {}
