//! f32 and f64 in one sum: rustc's error.

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64, y: f32) -> f64 {
    x + y
}

fn main() {}
