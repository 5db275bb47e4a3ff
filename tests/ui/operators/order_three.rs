//! Third derivatives of operators.
use ad_runtime::{Differentiable, differentiate};
use std::ops::{Add, Mul};

#[derive(Clone, Copy, Differentiable)]
struct V {
    x: f64,
    y: f64,
}

#[differentiate(order = 3)]
impl Add for V {
    type Output = V;
    fn add(self, o: V) -> V {
        V { x: self.x + o.x, y: self.y + o.y }
    }
}

fn main() {
    let _ = (V { x: 1.0, y: 2.0 } + V { x: 1.0, y: 2.0 }).x.mul(1.0);
}
