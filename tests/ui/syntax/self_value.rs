//! `self` where there is none.

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    self.k * x
}

fn main() {}
