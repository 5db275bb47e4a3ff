//! An operator whose impl is not annotated.
use ad_runtime::{Differentiable, differentiate};
use std::ops::{Add, Mul};

#[derive(Clone, Copy, Differentiable)]
struct V {
    x: f64,
    y: f64,
}

impl Add for V {
    type Output = V;
    fn add(self, o: V) -> V {
        V { x: self.x + o.x, y: self.y + o.y }
    }
}

#[differentiate]
fn f(a: V, b: V) -> f64 {
    let c = a + b;
    c.x * c.y
}

fn main() {
    let _ = f(V { x: 1.0, y: 2.0 }, V { x: 1.0, y: 2.0 });
    let _ = V { x: 1.0, y: 2.0 }.x.mul(1.0);
}
