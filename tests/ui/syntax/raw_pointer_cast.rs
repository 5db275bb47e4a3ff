//! A cast to a raw pointer.

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let p = &x as *const f64;
    x * x
}

fn main() {}
