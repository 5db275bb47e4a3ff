//! A reference to a number as a result.

use ad_runtime::differentiate;

#[differentiate]
fn largest(xs: &[f64]) -> &f64 {
    &xs[0]
}

fn main() {}
