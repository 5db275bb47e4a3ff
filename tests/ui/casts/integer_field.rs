//! A cast of a field whose type is not visible: an integer needs none, or is given its type first.
#![allow(unused)]

use ad_runtime::{Differentiable, differentiate};

#[derive(Clone, Copy, Debug, Differentiable)]
struct Step {
    m: usize,
    w: f64,
}

#[differentiate]
fn cast(s: Step, x: f64) -> f64 {
    x.powi(s.m as i32) * s.w
}

#[differentiate]
fn with_its_type(s: Step, x: f64) -> f64 {
    let m: usize = s.m;
    x.powi(m as i32) * s.w
}

fn main() {}
