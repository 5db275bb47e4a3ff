//! An option that there is not.

use ad_runtime::differentiate;

#[differentiate(reverse)]
fn f(x: f64) -> f64 {
    x * x
}

fn main() {}
