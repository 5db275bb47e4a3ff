//! Items of inner blocks, each of its own name.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    const A: f64 = 2.0;
    let y = {
        const B: f64 = 3.0;
        use std::f64::consts::PI as HALF_TURN;
        B * x + HALF_TURN
    };
    let z = {
        const C: f64 = 4.0;
        C * x
    };
    A * y * z
}

fn main() {
    assert!((f::grad(1.0) - 8.0 * (6.0 + std::f64::consts::PI)).abs() < 1e-12);
}
