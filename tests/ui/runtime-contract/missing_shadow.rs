//! A shadow is missing.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64, n: usize) -> f64 {
    x * n as f64
}

fn main() {
    let mut x_bar = 0.0;
    f::adjoint(2.0, 3, &mut x_bar, 1.0);
}
