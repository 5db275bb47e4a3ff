//! A function named like a module beside it.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
mod model {
    mod loss {}

    fn loss(x: f64) -> f64 {
        x * x
    }
}

fn main() {}
