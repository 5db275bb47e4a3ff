//! The same of elements, which may be one or not.

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
}

#[differentiate]
fn f(start: &[Pair], i: usize, j: usize) -> f64 {
    let mut v = start.to_vec();
    let w = v[i].scaled({
        v[j].x *= 3.0;
        v[j].x
    });
    w.x * v[0].x
}

fn main() {}
