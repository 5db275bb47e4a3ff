//! On a module.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
mod model {
    pub fn f(x: f64) -> f64 {
        x
    }
}

fn main() {}
