//! A function that is left out is called on the way to a derivative.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
mod model {
    #[differentiate(skip)]
    fn helper(x: f64) -> f64 {
        x * x
    }

    fn f(x: f64) -> f64 {
        helper(x) * x
    }

    /// Nothing active goes in here.
    fn g(x: f64) -> f64 {
        helper(2.0) * x
    }
}

fn main() {}
