//! Unused parameters, unreachable code, a constant result.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
#[allow(unreachable_code, unused_variables)]
fn f(x: f64, y: &[f64]) -> f64 {
    return 3.0;
    x * y[0]
}

fn main() {
    assert_eq!(f::grad(1.0, &[2.0]), (0.0, vec![0.0]));
}
