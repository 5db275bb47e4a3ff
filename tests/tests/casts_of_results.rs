//! Casts of what calls return, whose types only rustc knows.

#![allow(missing_docs, clippy::all)]

use ad_runtime::{differentiate, stop_gradient};

#[differentiate]
fn narrow(x: f64) -> f32 {
    (x * x) as f32
}

#[differentiate]
fn same(x: f64) -> f64 {
    x.sin()
}

#[differentiate]
fn count(x: f64) -> usize {
    if x > 0.0 { 2 } else { 1 }
}

#[differentiate]
fn widened(x: f64, n: usize) -> f64 {
    let y = narrow(x);
    let mut s = y as f64 * y as f64;
    for _ in 0..n {
        let z = narrow(s);
        s += z as f64 * x + same(x) as f64;
    }
    s + narrow(x) as f64
}

#[differentiate]
fn to_single(x: f64) -> f32 {
    let y = same(x);
    y as f32 * 2.0
}

#[differentiate]
fn cut(x: f64) -> f64 {
    let n = count(stop_gradient(x));
    n as f64 * x
}

#[test]
fn casts() {
    let (y, dx) = widened::value_and_grad(0.5, 2);
    assert_eq!(y, widened(0.5, 2));
    let h = 1e-3;
    let difference = (widened(0.5 + h, 2) - widened(0.5 - h, 2)) / (2.0 * h);
    assert!((dx - difference).abs() < 1e-3 * (1.0 + difference.abs()), "{dx} {difference}");
    assert!((widened::jvp((0.5, 2), 1.0).1 - dx).abs() < 1e-6);
    assert_eq!(to_single::value_and_grad(0.5).0, to_single(0.5));
    assert!((to_single::grad(0.5) - 2.0 * 0.5f64.cos()).abs() < 1e-6);
    assert!((to_single::jvp(0.5, 1.0).1 as f64 - 2.0 * 0.5f64.cos()).abs() < 1e-6);
    assert_eq!(cut::value_and_grad(0.5), (1.0, 2.0));
}
