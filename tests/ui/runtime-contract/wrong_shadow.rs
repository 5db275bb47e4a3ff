//! A shadow that does not fit its argument.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    x * x
}

fn main() {
    let mut x_bar = 0.0f32;
    f::adjoint(2.0, &mut x_bar, 1.0);
}
