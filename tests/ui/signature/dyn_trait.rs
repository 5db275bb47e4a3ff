//! `dyn Trait` as a parameter: what it calls cannot be known.
#![allow(unused)]

use ad_runtime::differentiate;

trait Potential {
    fn at(&self, x: f64) -> f64;
}

#[differentiate]
fn f(g: &dyn Potential, x: f64) -> f64 {
    g.at(x)
}

fn main() {}
