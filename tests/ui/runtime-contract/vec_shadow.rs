//! A shadow of a slice that is no slice.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(xs: &[f64]) -> f64 {
    xs[0]
}

fn main() {
    let mut bar = 0.0;
    f::adjoint(&[1.0], &mut bar, 1.0);
}
