//! A constant operand: who writes the operator does not see it.
use ad_runtime::{Differentiable, differentiate};
use std::ops::{Add, Mul};

#[derive(Clone, Copy, Differentiable)]
struct V {
    x: f64,
    y: f64,
}

#[differentiate]
impl Mul<f64> for V {
    type Output = V;
    fn mul(self, #[constant] k: f64) -> V {
        V { x: self.x * k, y: self.y * k }
    }
}

fn main() {
    let _ = (V { x: 1.0, y: 2.0 } * 2.0).x.add(1.0);
}
