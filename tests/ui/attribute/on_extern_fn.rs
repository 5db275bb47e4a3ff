//! On a foreign function.
#![allow(unused)]

use ad_runtime::differentiate;

unsafe extern "C" {
    #[differentiate]
    fn sin(x: f64) -> f64;
}

fn main() {}
