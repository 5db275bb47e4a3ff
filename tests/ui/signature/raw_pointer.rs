//! A raw pointer as a parameter.

use ad_runtime::differentiate;

#[differentiate]
fn f(x: *const f64) -> f64 {
    0.0
}

fn main() {}
