//! Indices of a struct are followed without an annotation.
use ad_runtime::{Differentiable, differentiate};
use std::ops::Index;

#[derive(Clone, Copy, Differentiable)]
struct V {
    x: f64,
}

#[differentiate]
impl Index<usize> for V {
    type Output = f64;
    fn index(&self, _: usize) -> &f64 {
        &self.x
    }
}

fn main() {
    let _ = V { x: 1.0 }[0];
}
