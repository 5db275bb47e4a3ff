//! An operator with an integer, of a field whose type is not seen and which is a struct.
#![allow(unused)]

use ad_runtime::{Differentiable, differentiate};

#[derive(Clone, Copy, Differentiable)]
pub struct Pair {
    x: f64,
}

impl std::ops::Mul<i32> for Pair {
    type Output = Pair;
    fn mul(self, k: i32) -> Pair {
        Pair { x: self.x * f64::from(k) }
    }
}

#[derive(Clone, Copy, Differentiable)]
pub struct Body {
    at: Pair,
    mass: f64,
}

#[differentiate]
fn length(p: Pair) -> f64 {
    p.x.abs()
}

#[differentiate]
fn f(b: &Body) -> f64 {
    length(b.at * 2) * b.mass
}

fn main() {}
