//! What nested functions do is their own affair.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    fn limit() -> Option<f64> {
        let s: &[f64] = &[3.0];
        s.first().copied()
    }
    fn top() -> f64 {
        limit().unwrap_or(0.0)
    }
    x * top()
}

fn main() {
    assert_eq!(f::grad(2.0), 3.0);
}
