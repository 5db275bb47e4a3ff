//! A closure passed to itself.

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let g = |h: f64| h + g;
    g(x)
}

fn main() {}
