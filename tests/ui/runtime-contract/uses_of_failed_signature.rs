//! The same where the signature is not understood.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(s: fn(f64) -> f64, x: f64) -> f64 {
    x * x
}

fn main() {
    let g: (f64, f64) = f::grad(f64::sin, 2.0);
    let (y, _): (f64, (f64, f64)) = f::value_and_grad(f64::sin, g.0);
    println!("{y}");
}
