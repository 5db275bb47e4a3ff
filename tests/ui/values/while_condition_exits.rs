//! A condition that leaves the loop.

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let mut y = x;
    while { if y > 100.0 { break; } y < 10.0 } {
        y *= 2.0;
    }
    y
}

fn main() {}
