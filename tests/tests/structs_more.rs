//! Integers of structs in closures, second derivatives of methods with variables and of workspaces, structs and enums as the state of
//! loops, errors, generic structs, and functions of floats by an alias.

#![allow(clippy::needless_range_loop)]

use ad_runtime::{Differentiable, check_grad, differentiate, stop_gradient};

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct S {
    n: usize,
    k: i32,
    x: f64,
    v: Vec<f64>,
}

#[differentiate]
fn apply(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(x) * x
}

#[differentiate]
fn captured(s: &S, y: &[f64]) -> f64 {
    let n = s.n;
    let by_index = apply(|z| z * y[n], s.x);
    let by_loop = apply(
        |z| {
            let mut t = z;
            for i in 0..n {
                t *= y[i];
            }
            t
        },
        s.v[0],
    );
    let k: i32 = s.k;
    let sum: f64 = (0..n).map(|i| s.x * (i + n) as f64 * y[i].powi(k)).sum();
    let kept: Vec<f64> = (0..3).filter(|i| *i < n).map(|i| y[i] * n as f64).collect();
    by_index + by_loop + sum + kept[1] + apply(|z| z * n as f64 + z.powi(k), y[0])
}

#[differentiate]
impl S {
    fn captured(&self, y: &[f64]) -> f64 {
        let n = self.n;
        apply(|z| z * y[n], self.x)
    }
}

#[differentiate(order = 2)]
impl S {
    /// (x y)^2 v0 + …
    fn second(&self, y: f64) -> f64 {
        let mut t = self.x * y;
        let mut u = self.v.clone();
        for i in 0..u.len() {
            u[i] *= t;
            t += u[i].sin();
        }
        t * self.inner(t)
    }
    fn inner(&self, y: f64) -> f64 {
        let mut t = y;
        while t < 10.0 {
            t = t * t + self.x;
        }
        t
    }
    fn cubed(&self) -> f64 {
        let mut t = self.x;
        for _ in 0..2 {
            t *= self.x;
        }
        t
    }
}

#[differentiate(order = 2)]
fn of_method(s: &S, y: f64) -> f64 {
    let mut z = s.second(y);
    z *= z;
    z
}

#[differentiate(order = 2)]
fn cubed(s: &S) -> f64 {
    s.cubed()
}

/// What the workspace held before is not read; what it is given is.
#[differentiate(order = 2)]
fn workspace(x: &[f64], #[constant] w: &mut [f64]) -> f64 {
    for i in 0..x.len() {
        w[i] = x[i] * x[i] + if i > 0 { w[i - 1].sin() } else { 0.0 };
    }
    let mut s = 0.0;
    for i in 0..x.len() {
        s += w[i] * x[0];
        w[i] *= s;
    }
    for i in 0..x.len() {
        s += w[i];
    }
    s
}

/// And where it is read it is a constant.
#[differentiate(order = 2)]
fn read(x: f64, #[constant] w: &mut [f64]) -> f64 {
    w[1] = w[0] * x * x * x;
    w[0] += x;
    w[0] * w[1]
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Q {
    v: [f64; 2],
    m: f64,
}

#[differentiate]
fn updated(p: &S, q: Q, k: f64) -> f64 {
    let (mut p, mut q) = (p.clone(), q);
    for i in 0..3 {
        q = Q { v: [q.v[0] * k, q.v[1] * q.m + p.x], ..q };
        p = S { x: p.x * q.v[0], v: vec![p.v[0] * k, p.v[1] + i as f64 * p.x], ..p };
        if i == 1 {
            q = Q { m: q.m * q.m, ..q };
        }
    }
    q.v[0] * q.v[1] * p.x + p.v[0] * p.v[1]
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
enum E {
    A(f64),
    B { x: f64, y: f64 },
    Many(Vec<f64>),
}

#[differentiate]
fn stepped(e: &E, k: f64, steps: usize) -> f64 {
    let mut e = e.clone();
    for _ in 0..steps {
        e = match e {
            E::A(x) => E::B { x, y: x * k },
            E::B { x, y } if x > 2.0 => E::Many(vec![x, y, x * y]),
            E::B { x, y } => E::A(x + y * k),
            E::Many(v) => E::A(v[0] * v[2] - v[1]),
        };
    }
    match e {
        E::A(x) => x * x,
        E::B { x, y } => x * y,
        E::Many(v) => v[0] * v[1] * v[2],
    }
}

#[derive(Debug, PartialEq)]
struct TooLarge {
    at: f64,
}

#[differentiate]
fn checked(a: f64) -> Result<f64, TooLarge> {
    let b = a * a;
    if b > 4.0 {
        return Err(TooLarge { at: stop_gradient(b) });
    }
    Ok(b * a)
}

#[differentiate]
fn caller(a: f64) -> Result<f64, TooLarge> {
    let b = checked(a)?;
    checked(b)
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct G<T> {
    v: T,
    m: f64,
}

#[differentiate]
fn generic(g: &G<[f64; 2]>, k: f64) -> f64 {
    g.v[0] * g.v[1] * g.m * k
}

#[differentiate]
fn made(k: f64) -> f64 {
    let g = G::<[f64; 2]> { v: [k, k], m: k };
    let h = G { v: [k, 2.0], m: k };
    g.v[0] * h.v[1] * generic(&g, k) + h.m
}

#[differentiate]
mod aliased {
    pub(crate) type Real = f64;
    pub(crate) fn f(a: Real, b: Real) -> Real {
        Real::max(a, b) * Real::sin(a) * Real::from(2.0) + Real::EPSILON
    }
    pub(crate) fn largest(a: &[Real]) -> Real {
        a.iter().copied().fold(Real::MIN, Real::max)
    }
}

#[differentiate]
fn alias_inside(a: f64, b: f64) -> f64 {
    type Real = f64;
    Real::powi(Real::min(a, b), 3)
}

fn s() -> S {
    S { n: 2, k: 3, x: 1.5, v: vec![0.7, -1.2] }
}

#[test]
fn integers_in_closures() {
    check_grad!(captured, &s(), &[0.9, 1.1, -0.8]);
    let (g, y) = s().captured_grad(&[0.9, 1.1, -0.8]);
    // x^2 y2
    assert_eq!((g, y), (S { x: 2.0 * 1.5 * -0.8, v: vec![0.0; 2], ..s() }, vec![0.0, 0.0, 1.5 * 1.5]));
}

#[test]
fn second_derivatives() {
    check_grad!(of_method, &s(), 0.4);
    let one = S { x: 1.0, v: vec![0.0; 2], ..s() };
    assert_eq!(cubed::hvp(&s(), &one).x, 6.0 * 1.5);
    // Against differences of the gradient.
    let h = 1e-6;
    let at = |d: f64| {
        let (g, y) = of_method::grad(&S { x: 1.5 + d, v: vec![0.7 - d, -1.2], ..s() }, 0.4 + 2.0 * d);
        [g.x, g.v[0], g.v[1], y]
    };
    let (g, y) = of_method::hvp((&s(), 0.4), (&S { x: 1.0, v: vec![-1.0, 0.0], ..s() }, 2.0));
    for ((a, b), found) in at(h).into_iter().zip(at(-h)).zip([g.x, g.v[0], g.v[1], y]) {
        let wanted = (a - b) / (2.0 * h);
        assert!((found - wanted).abs() < 1e-6 * (1.0 + wanted.abs()), "{found} {wanted}");
    }
}

#[test]
fn workspaces() {
    let x = [0.8, -1.3, 0.5];
    let d = [1.0, 0.5, -2.0];
    let found = workspace::hvp((&x, &mut [7.0; 3]), &d);
    let h = 1e-6;
    let at = |e: f64| {
        let x: Vec<f64> = x.iter().zip(&d).map(|(x, d)| x + e * d).collect();
        workspace::grad(&x, &mut [f64::MAX; 3])
    };
    for ((a, b), found) in at(h).iter().zip(at(-h)).zip(&found) {
        let wanted = (a - b) / (2.0 * h);
        assert!((found - wanted).abs() < 1e-6 * (1.0 + wanted.abs()), "{found} {wanted}");
    }
    // (w + x) w x^3
    let mut w = [2.0, f64::NAN];
    assert_eq!(read::grad(3.0, &mut w), 3.0 * 4.0 * 9.0 + 4.0 * 2.0 * 27.0);
    let mut w = [2.0, f64::NAN];
    assert_eq!(read::hvp((3.0, &mut w), 1.0), 6.0 * 4.0 * 3.0 + 12.0 * 2.0 * 9.0);
}

#[test]
fn loop_state() {
    check_grad!(updated, &s(), Q { v: [0.6, -0.4], m: 1.2 }, 0.9);
    for steps in 0..5 {
        check_grad!(stepped, &E::A(1.3), 0.8, steps);
        check_grad!(stepped, &E::A(2.6), 0.8, steps);
        check_grad!(stepped, &E::Many(vec![1.2, 0.3, 0.8]), 0.8, steps);
    }
    // A(x) -> B { x, x k } -> A(x + x k^2), squared.
    let (x, k): (f64, f64) = (1.5, 0.5);
    let (g, gk) = stepped::grad(&E::A(x), k, 2);
    let factor = 1.0 + k * k;
    assert_eq!((g, gk), (E::A(2.0 * x * factor * factor), 2.0 * x * factor * x * 2.0 * k));
}

#[test]
fn errors_generics_and_aliases() {
    assert_eq!(checked::grad(1.5), Ok(3.0 * 1.5 * 1.5));
    assert_eq!(checked::grad(3.0), Err(TooLarge { at: 9.0 }));
    assert!((caller::grad(1.1).unwrap() - 9.0 * 1.1f64.powi(8)).abs() < 1e-13);
    assert_eq!(caller::grad(1.5), Err(TooLarge { at: 1.5f64.powi(6) }));
    check_grad!(generic, &G { v: [1.0, 2.0], m: 3.0 }, 2.0);
    // 2 k^5 + k
    assert_eq!(made::grad(2.0), 10.0 * 16.0 + 1.0);
    check_grad!(aliased::f, 2.0, 1.0);
    check_grad!(aliased::f, 0.5, 1.0);
    assert_eq!(aliased::largest::grad(&[2.0, 5.0, 1.0]), [0.0, 1.0, 0.0]);
    assert_eq!(alias_inside::grad(2.0, 3.0), (12.0, 0.0));
}
