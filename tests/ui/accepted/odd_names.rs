//! Names that emitted code could use itself.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
#[allow(non_snake_case)]
fn f(x: f64, x_bar: f64, seed: f64, r#type: f64) -> f64 {
    let (y, K0, reverse) = (x * x_bar, seed, r#type);
    let x_dot = y * K0;
    x_dot * reverse
}

fn main() {
    assert_eq!(f::grad(1.0, 2.0, 3.0, 4.0), (24.0, 12.0, 8.0, 6.0));
}
