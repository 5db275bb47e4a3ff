//! A trait and its impl inside the function.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    trait Twice {
        fn twice(self) -> f64;
    }
    impl Twice for f64 {
        fn twice(self) -> f64 {
            2.0 * self
        }
    }
    x * x
}

fn main() {}
