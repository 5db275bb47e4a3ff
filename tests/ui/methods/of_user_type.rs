//! A method of a user's type.
#![allow(unused)]

use ad_runtime::differentiate;

struct Spring(f64);

impl Spring {
    fn energy(&self, x: f64) -> f64 {
        self.0 * x
    }
}

#[differentiate]
fn f(#[constant] s: &Spring, x: f64) -> f64 {
    s.energy(x)
}

fn main() {}
