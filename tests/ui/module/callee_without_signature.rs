//! The same where the signature has no derivative, with the reason.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
mod model {
    /// No `Differentiable` here.
    #[derive(Clone)]
    pub struct Report {
        mean: f64,
    }

    impl Report {
        fn of(x: f64) -> Report {
            Report { mean: x }
        }
    }

    fn apply(rule: &dyn AsRef<[f64]>, x: f64) -> f64 {
        rule.as_ref()[0] * x
    }

    fn f(x: f64) -> f64 {
        apply(&[2.0], x)
    }

    fn g(x: f64) -> f64 {
        Report::of(x).mean
    }
}

fn main() {}
