//! An integer that was made of active values by a function that is left out, made a float again.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
mod model {
    #[differentiate(skip)]
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

    /// Not left out, it is refused where it cuts.
    fn cuts(x: f64) -> usize {
        (x * 4.0) as usize
    }
}

fn main() {}
