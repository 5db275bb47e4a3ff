//! On the impl of a trait of std.
#![allow(unused)]

use ad_runtime::{Differentiable, differentiate};

#[derive(Clone, Differentiable)]
struct Spring(f64);

#[differentiate]
impl From<f64> for Spring {
    fn from(k: f64) -> Spring {
        Spring(k * k)
    }
}

fn main() {}
