//! On a function of an impl block without `self`.
#![allow(unused)]

use ad_runtime::differentiate;

struct Spring;

impl Spring {
    #[differentiate]
    fn energy(x: f64) -> f64 {
        x * x
    }
}

fn main() {}
