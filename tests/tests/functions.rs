//! Functions as arguments: `fn simpson(f: impl Fn(f64) -> f64, a: f64, b: f64, n: usize) -> f64`.

#![allow(missing_docs)]

use ad_runtime::{check_grad, differentiate, func, with_derivative};

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-6 * (1.0 + expected.abs()), "found {found}, expected {expected}");
}

#[differentiate]
fn simpson(f: impl Fn(f64) -> f64, a: f64, b: f64, n: usize) -> f64 {
    let h = (b - a) / n as f64;
    let mut sum = f(a) + f(b);
    for i in 1..n {
        let w = if i % 2 == 1 { 4.0 } else { 2.0 };
        sum += w * f(a + i as f64 * h);
    }
    sum * h / 3.0
}

#[differentiate]
fn twice<F: Fn(f64) -> f64>(f: F, x: f64) -> f64 {
    f(f(x))
}

#[differentiate]
fn square(x: f64) -> f64 {
    x * x
}

#[test]
fn from_outside() {
    assert_eq!(twice::value_and_grad(func::<square>(), 3.0), (81.0, 108.0));
    assert_eq!(twice::jvp((func::<square>(), 3.0), 1.0), (81.0, 108.0));
    let (y, pullback) = twice::vjp(func::<square>(), 3.0);
    assert_eq!((y, pullback(2.0), pullback(1.0)), (81.0, 216.0, 108.0));
    let sine = with_derivative(f64::sin, f64::cos);
    let (a, b) = simpson::grad(sine, 0.2, 1.0, 100);
    close(a, -(0.2_f64).sin());
    close(b, 1.0_f64.sin());
    let k = 2.0;
    let scaled = with_derivative(move |x| k * x, move |_| k);
    assert_eq!(twice::grad(scaled, 5.0), 4.0);
}

#[differentiate]
fn area(k: f64, b: f64) -> f64 {
    simpson(|x| (k * x).sin(), 0.0, b, 40)
}

#[differentiate]
fn named(x: f64) -> f64 {
    twice(square, x) * x + simpson(square, 0.0, x, 10) + twice(f64::sin, x)
}

#[test]
fn from_inside() {
    check_grad!(area, 1.3, 0.8);
    check_grad!(named, 0.8);
}
