//! Programs that combine functions as arguments, generic floats and structs and were once wrong or refused.

#![allow(missing_docs, non_upper_case_globals)]

use ad_runtime::{Differentiable, check_grad, differentiate};
use num_traits::Float;
use std::ops::{Mul, Sub};

// ---- constants of lower-case names look like functions that are passed -----------------------------------------

const g: f64 = 9.81;
const coefficients: [f64; 2] = [1.5, -2.0];
static table: [f64; 3] = [0.3, 0.5, -0.7];

mod physics {
    pub(crate) const c0: f64 = 2.5;
    pub(crate) static rows: [[f64; 2]; 2] = [[1.0, 2.0], [3.0, 4.0]];
}

#[differentiate]
fn scaled(a: f64, x: f64) -> f64 {
    a * x * x
}

#[differentiate]
fn horner(t: &[f64], x: f64) -> f64 {
    t.iter().rev().fold(0.0, |s, c| s * x + c)
}

#[differentiate]
fn of_array(t: [f64; 2], x: f64) -> f64 {
    t[0] * x + t[1] * x * x
}

#[differentiate]
fn square(x: f64) -> f64 {
    x * x
}

#[differentiate]
fn of_both(x: f64, k: f64, f: impl Fn(f64) -> f64, t: &[[f64; 2]; 2]) -> f64 {
    f(x * k) + t[1][0] * x
}

#[differentiate]
fn lower_case(x: f64) -> f64 {
    const local: f64 = 0.5;
    let plain = scaled(g, x) + horner(&table, x) + of_array(coefficients, x) + scaled(x, physics::c0);
    plain + scaled(physics::c0, x.sin()) + of_both(x, g, square, &physics::rows) + scaled(local, x) + square(x)
}

#[differentiate]
fn lower_case_in_loop(xs: &[f64]) -> f64 {
    let mut s = 0.0;
    for &x in xs {
        if x > 0.3 {
            s += scaled(g, x) * horner(&table, s);
        }
    }
    s
}

#[test]
fn lower_case_constants() {
    check_grad!(lower_case, 0.7);
    check_grad!(lower_case_in_loop, &[0.5, 0.1, 0.7][..]);
    let (x, c0) = (0.7_f64, 2.5_f64);
    let plain = 2.0 * g * x + 0.5 - 1.4 * x + 1.5 - 4.0 * x + c0 * c0;
    let rest = 2.0 * c0 * x.sin() * x.cos() + 2.0 * x * g * g + 3.0 + x + 2.0 * x;
    assert!((lower_case::grad(x) - plain - rest).abs() < 1e-9);
}

// ---- methods of a struct of generic floats that give the struct ------------------------------------------------

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Complex<T: Float> {
    re: T,
    im: T,
}

#[differentiate]
impl<T: Float> Complex<T> {
    fn times(self, o: Self) -> Self {
        Complex { re: self.re * o.re - self.im * o.im, im: self.re * o.im + self.im * o.re }
    }
    fn scale(&self, k: T) -> Complex<T> {
        Complex { re: self.re * k, im: self.im * k }
    }
    fn norm2(self) -> T {
        self.re * self.re + self.im * self.im
    }
    fn power(self, n: usize) -> Self {
        let mut r = Complex { re: T::one(), im: T::zero() };
        for _ in 0..n {
            r = r.times(self).scale(self.re);
        }
        r
    }
}

#[differentiate]
fn of_complex(a: f64, b: f64) -> f64 {
    let z = Complex { re: a, im: b };
    z.power(3).norm2()
}

#[test]
fn generic_structs_that_methods_give() {
    check_grad!(of_complex, 0.6, -0.7);
    // |(a z)^3|^2 = a^6 (a^2 + b^2)^3
    let (a, b) = (0.6_f64, -0.7_f64);
    let n = a * a + b * b;
    let (da, db) = of_complex::grad(a, b);
    assert!((da - 6.0 * a.powi(5) * n.powi(3) - a.powi(6) * 3.0 * n * n * 2.0 * a).abs() < 1e-12);
    assert!((db - a.powi(6) * 3.0 * n * n * 2.0 * b).abs() < 1e-12);
}

// ---- operators of structs that a passed closure captures -------------------------------------------------------

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct V {
    x: f64,
    y: f64,
}

#[differentiate]
impl Sub for V {
    type Output = V;
    fn sub(self, o: V) -> V {
        V { x: self.x - o.x, y: self.y - o.y }
    }
}

#[differentiate]
impl Mul<f64> for V {
    type Output = V;
    fn mul(self, k: f64) -> V {
        V { x: self.x * k, y: self.y * k }
    }
}

#[differentiate]
impl V {
    fn norm(&self) -> f64 {
        self.x.hypot(self.y)
    }
}

#[differentiate]
fn product(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(x) * f(x + 1.0)
}

#[differentiate]
fn of_captured(a: V, b: &V, k: f64) -> f64 {
    let c = a * k;
    product(|t| (c - a * t).norm() + (*b * t - c).x, k)
}

#[test]
fn operators_in_passed_closures() {
    check_grad!(of_captured, V { x: 0.3, y: 0.4 }, &V { x: -0.8, y: 0.9 }, 0.7);
}
