//! No shadow for a `&mut` argument.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(u: &mut [f64]) -> f64 {
    u[0] *= 2.0;
    u[0]
}

fn main() {
    f::adjoint(&mut [1.0], ad_runtime::Const, 1.0);
}
