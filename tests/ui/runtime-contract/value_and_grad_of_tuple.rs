//! The gradient of a function whose result is a tuple.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> (f64, f64) {
    (x, x * x)
}

fn main() {
    let (y, g) = f::value_and_grad(1.0);
    println!("{y:?} {g}");
}
