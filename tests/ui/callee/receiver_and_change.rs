//! A method whose argument changes its receiver: only rustc knows whether the method gets what was there before.

use ad_runtime::{Differentiable, differentiate};

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Pair {
    x: f64,
    y: f64,
}

#[differentiate]
impl Pair {
    fn scaled(self, k: f64) -> Pair {
        Pair { x: self.x * k, y: self.y * k }
    }

    fn raise(&mut self, k: f64) -> f64 {
        self.x += k * self.y;
        self.x
    }
}

#[differentiate]
fn f(start: Pair, k: f64) -> f64 {
    let mut v = start;
    let w = v.scaled(v.raise(k));
    w.x * v.x
}

fn main() {}
