//! Macros of std by their paths.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    std::assert!(x > 0.0, "x is {x}");
    let v = std::vec![x, 2.0 * x];
    ::core::debug_assert_eq!(v.len(), 2);
    if std::matches!(v.len(), 1..=2) { v[0] * v[1] } else { std::unreachable!() }
}

fn main() {
    assert_eq!(f::grad(2.0), 8.0);
}
