//! A function that failed: uses of its derivatives add no error.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64, xs: &[f64]) -> f64 {
    unsafe { x * xs[0] }
}

fn main() {
    let (a, b) = f::grad(1.0, &[2.0]);
    let (y, (c, d)) = f::value_and_grad(a, &b);
    let (z, pullback) = f::vjp(c, &d);
    let (e, g) = pullback(1.0);
    let (w, dot) = f::jvp((y, &g), (z, &b));
    assert_eq!(e + w + dot, f(1.0, &[1.0]));
    ad_runtime::check_grad!(f, 1.0, &[2.0][..]);
}
