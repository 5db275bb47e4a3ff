//! The gradient of a function that works in place.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(u: &mut [f64]) {
    u[0] *= 2.0;
}

fn main() {
    f::grad(&mut [1.0]);
}
