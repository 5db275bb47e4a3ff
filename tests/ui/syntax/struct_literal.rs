//! A struct literal.

use ad_runtime::differentiate;

struct Point {
    x: f64,
    y: f64,
}

#[differentiate]
fn f(x: f64) -> f64 {
    let p = Point { x, y: 2.0 * x };
    p.x * p.y
}

fn main() {}
