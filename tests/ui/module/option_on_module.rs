//! An option that is for functions.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate(type = Model)]
mod model {
    pub fn f(x: f64) -> f64 {
        x
    }
}

fn main() {}
