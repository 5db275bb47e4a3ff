//! A macro that overrides a function of the trait, which the compiler cannot see.
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

macro_rules! cubic {
    () => {
        fn energy(&self, x: f64) -> f64 {
            self.k * x * x * x
        }
    };
}

#[differentiate]
impl Potential for Spring {
    cubic!();
}

fn main() {
    let _ = Spring { k: 1.0 }.energy(1.0);
}
