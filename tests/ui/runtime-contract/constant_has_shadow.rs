//! A shadow for a constant parameter.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64, #[constant] c: f64) -> f64 {
    x * c
}

fn main() {
    let (mut x_bar, mut c_bar) = (0.0, 0.0);
    f::adjoint(2.0, 3.0, &mut x_bar, &mut c_bar, 1.0);
}
