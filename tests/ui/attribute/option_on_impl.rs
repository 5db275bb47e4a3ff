//! An option that is for functions, on an impl block.
#![allow(unused)]

use ad_runtime::{Differentiable, differentiate};

#[derive(Clone, Differentiable)]
struct Spring(f64);

#[differentiate(type = Other)]
impl Spring {
    fn force(&self, x: f64) -> f64 {
        self.0 * x
    }
}

fn main() {}
