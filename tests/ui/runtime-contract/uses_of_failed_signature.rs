//! The same where the signature is not understood.
#![allow(unused)]

use ad_runtime::differentiate;

struct Spring(f64);

#[differentiate]
fn f(s: Spring, x: f64) -> f64 {
    x * s.0
}

fn main() {
    let g: (f64, f64) = f::grad(Spring(1.0), 2.0);
    let (y, _): (f64, (f64, f64)) = f::value_and_grad(Spring(1.0), g.0);
    println!("{y}");
}
