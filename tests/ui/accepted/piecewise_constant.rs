//! Casts that are fine: piecewise constant, an index, a condition.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64, t: &[f64]) -> f64 {
    let n = x.floor() as i64;
    let m = ad_runtime::stop_gradient(x) as i64;
    let i = x as usize;
    if x as i64 > 100 { x } else { x * n as f64 + t[i] + m as f64 }
}

fn main() {
    assert_eq!(f::grad(1.5, &[1.0, 2.0]), (1.0, vec![0.0, 1.0]));
}
