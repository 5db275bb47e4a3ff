//! The mistakes of all functions come together, each with the way to leave its function out; who calls them adds none.
#![allow(unused)]

use ad_runtime::{Differentiable, differentiate};

#[differentiate]
mod model {
    use super::*;

    #[derive(Clone, Differentiable)]
    pub struct Well {
        depth: f64,
    }

    impl Well {
        fn bits(&self, x: f64) -> f64 {
            f64::from_bits(x.to_bits()) * self.depth
        }

        fn twice(&self, x: f64) -> f64 {
            2.0 * self.bits(x)
        }
    }

    pub fn sorted(mut xs: Vec<f64>) -> f64 {
        xs.select_nth_unstable_by(0, f64::total_cmp);
        xs[0]
    }

    pub fn both(w: &Well, xs: &[f64]) -> f64 {
        w.twice(xs[0]) + sorted(xs.to_vec())
    }

    #[differentiate(order = 2)]
    pub fn asked_for(x: f64) -> f64 {
        x.to_bits() as f64
    }
}

fn main() {
    let _ = model::sorted::grad(vec![1.0]);
}
