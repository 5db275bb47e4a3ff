//! A struct as the tangent of another function's `jvp`.

use ad_runtime::{Differentiable, differentiate};

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Spring {
    stiffness: f64,
    #[constant]
    length: f64,
}

#[differentiate(order = 2)]
fn energy(s: &Spring, x: f64) -> f64 {
    s.stiffness * (x - s.length).powi(2)
}

#[differentiate]
fn along(s: &Spring, v: &Spring, x: f64) -> f64 {
    let (_, y_dot) = energy::jvp((s, x), (v, 0.0));
    y_dot
}

fn main() {}
