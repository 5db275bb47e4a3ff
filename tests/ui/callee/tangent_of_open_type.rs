//! A tangent whose type only rustc knows: it may be a struct, whose constant fields are not followed.

use ad_runtime::{Differentiable, differentiate};

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Spring {
    stiffness: f64,
    #[constant]
    length: f64,
}

#[differentiate]
fn made(x: f64) -> Spring {
    Spring { stiffness: x, length: x * x }
}

#[differentiate(order = 2)]
fn energy(s: Spring, x: f64) -> f64 {
    s.stiffness * (x - s.length).powi(2)
}

#[differentiate]
fn along(x: f64) -> f64 {
    energy::jvp((made(x), x), (made(1.0), 0.0)).1
}

fn main() {}
