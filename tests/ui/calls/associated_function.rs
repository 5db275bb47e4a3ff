//! A function of a user's type with an active argument.
#![allow(unused)]

use ad_runtime::differentiate;

struct Spring;

impl Spring {
    fn energy(x: f64) -> f64 {
        x * x
    }
}

#[differentiate]
fn f(x: f64) -> f64 {
    Spring::energy(x)
}

fn main() {}
