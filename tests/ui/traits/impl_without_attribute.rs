//! An impl of an annotated trait without the attribute: it could override what has a derivative.
use ad_runtime::{Differentiable, differentiate};

#[differentiate]
trait Potential {
    fn energy(&self, x: f64) -> f64 {
        x * x
    }
}

#[derive(Clone, Differentiable)]
struct Spring {
    k: f64,
}

impl Potential for Spring {
    fn energy(&self, x: f64) -> f64 {
        self.k * x * x
    }
}

fn main() {
    let _ = Spring { k: 1.0 }.energy(1.0);
}
