//! On a trait.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
trait Potential {
    fn at(&self, x: f64) -> f64;
}

fn main() {}
