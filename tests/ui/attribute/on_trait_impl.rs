//! On the impl of a trait.
#![allow(unused)]

use ad_runtime::{Differentiable, differentiate};

#[derive(Clone, Differentiable)]
struct Spring(f64);

trait Energy {
    fn energy(&self, x: f64) -> f64;
}

#[differentiate]
impl Energy for Spring {
    fn energy(&self, x: f64) -> f64 {
        self.0 * x * x
    }
}

fn main() {}
