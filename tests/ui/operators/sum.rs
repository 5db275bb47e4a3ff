//! A sum of structs.
use ad_runtime::{Differentiable, differentiate};
use std::ops::{Add, Mul};

#[derive(Clone, Copy, Differentiable)]
struct V {
    x: f64,
    y: f64,
}

#[differentiate]
impl Add for V {
    type Output = V;
    fn add(self, o: V) -> V {
        V { x: self.x + o.x, y: self.y + o.y }
    }
}

impl std::iter::Sum for V {
    fn sum<I: Iterator<Item = V>>(all: I) -> V {
        all.fold(V { x: 0.0, y: 0.0 }, |a, b| a + b)
    }
}

#[differentiate]
fn f(all: &[V]) -> f64 {
    let s = all.iter().copied().sum::<V>();
    s.x * s.y
}

fn main() {
    let _ = f(&[V { x: 1.0, y: 2.0 }]).mul(1.0);
}
