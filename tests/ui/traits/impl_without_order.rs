//! A trait with second derivatives, and an impl without.
use ad_runtime::{Differentiable, differentiate};

#[differentiate(order = 2)]
trait Potential {
    fn energy(&self, x: f64) -> f64;
}

#[derive(Clone, Differentiable)]
struct Spring {
    k: f64,
}

#[differentiate]
impl Potential for Spring {
    fn energy(&self, x: f64) -> f64 {
        self.k * x * x
    }
}

fn main() {
    let _ = Spring { k: 1.0 }.energy(1.0);
}
