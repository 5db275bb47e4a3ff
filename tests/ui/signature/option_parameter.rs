//! An Option as a parameter.

use ad_runtime::differentiate;

#[differentiate]
fn f(x: Option<f64>) -> f64 {
    0.0
}

fn main() {}
