//! First functions through the whole pipeline.
#![allow(missing_docs)]
use ad_runtime::differentiate;

#[differentiate]
fn f(x1: f64, x2: f64) -> f64 {
    x1.ln() + x1 * x2 - x2.sin()
}

#[differentiate]
fn decay(x0: f64, k: f64, n: usize) -> f64 {
    let mut x = x0;
    for _ in 0..n {
        x -= k * x * x;
    }
    x
}

#[test]
fn scalars() {
    let (y, (a, b)) = f::value_and_grad(2.0, 5.0);
    assert_eq!(y, f(2.0, 5.0));
    assert!((a - 5.5).abs() < 1e-12 && (b - (2.0 - 5f64.cos())).abs() < 1e-12);
    ad_runtime::check_grad!(f, 2.0, 5.0);
    ad_runtime::check_grad!(decay, 1.0, 0.1, 7usize);
}
