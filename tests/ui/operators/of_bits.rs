//! An operator of a struct that has no rule.
use ad_runtime::{Differentiable, differentiate};
use std::ops::BitXor;

#[derive(Clone, Copy, Differentiable)]
struct V {
    x: f64,
}

impl BitXor for V {
    type Output = V;
    fn bitxor(self, o: V) -> V {
        V { x: self.x * o.x }
    }
}

#[differentiate]
fn f(a: V, b: V) -> V {
    a ^ b
}

fn main() {
    let _ = f(V { x: 1.0 }, V { x: 2.0 });
}
