//! Closures and functions as arguments in code as it is usually written.

#![allow(missing_docs, dead_code, unused, unreachable_pub, unused_qualifications, clippy::all)]

use ad_runtime::{Differentiable, check_grad, differentiate, func};
#[derive(Clone, Debug, PartialEq, Differentiable)]
struct P {
    k: f64,
    v: Vec<f64>,
    n: usize,
    #[constant]
    c: f64,
}
#[differentiate]
fn twice(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(f(x))
}
#[differentiate]
fn a1(p: &P, x: f64) -> f64 {
    twice(|t| t * p.k + p.v[1] * p.c, x) * p.k
}
#[differentiate]
fn a2(f: impl Fn(f64) -> f64, xs: &[f64]) -> f64 {
    let g = &f;
    g(xs[0]) + xs.iter().map(|&x| f(x)).sum::<f64>()
}
#[differentiate]
fn a3(k: f64, xs: &[f64]) -> f64 {
    a2(|t| t.powf(k), xs)
}
#[differentiate]
fn a4(f: impl Fn(f64) -> f64, xs: &[f64]) -> f64 {
    xs.iter().copied().map(&f).sum::<f64>() + xs.iter().copied().map(f).sum::<f64>()
}
#[differentiate]
fn a5(k: f64, xs: &[f64]) -> f64 {
    a4(|t| (t * k).sin(), xs)
}
#[differentiate]
fn a6<const N: usize>(f: impl Fn([f64; N]) -> f64, x: [f64; N]) -> f64 {
    f(x) * x[0]
}
#[differentiate]
fn a7(k: f64, x: [f64; 2]) -> f64 {
    a6(|v: [f64; 2]| v[0] * v[1] * k, x) + a6::<2>(|v| v[1] * k, x)
}
#[differentiate]
fn a8(k: f64, x: f64) -> f64 {
    let mut s = 0.0;
    let mut i = 0;
    while i < 3 {
        let q = s + k;
        s = twice(|t| t * q + i as f64, x);
        i += 1;
    }
    s
}
#[differentiate]
fn a9(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    if x > 1.0 {
        return f(x);
    }
    let y = f(x) * f(2.0);
    y + a9_helper(&f, y)
}
#[differentiate]
fn a9_helper<F>(f: F, x: f64) -> f64
where
    F: Fn(f64) -> f64,
{
    match x {
        y if y > 0.5 => f(y),
        _ => x * f(0.25),
    }
}
#[differentiate]
fn b1(k: f64, x: f64) -> f64 {
    a9(|t| t * t * k, x)
}
#[differentiate]
fn b3(k: f64, (a, b): (f64, f64)) -> f64 {
    let (c, d) = (a * b, k);
    twice(|t| t * c - d * a, b)
}
#[differentiate]
fn b4(k: f64) -> f64 {
    let v = vec![k, k * k];
    let m = [[k, 1.0], [2.0, k]];
    twice(
        |t| {
            let row = &m[0];
            t * row[0] + v.iter().sum::<f64>() * m[1][1]
        },
        k,
    )
}
#[differentiate]
fn b5(k: f64, x: &mut [f64]) {
    let y = twice(|t| t * x[0] * k, x[1]);
    x[0] = y;
    let c = x[1];
    x[1] = twice(|t| t * c + x[0], y);
}
#[differentiate]
fn b6(f: impl Fn(&[f64], &[f64; 2], bool, i32) -> f64, x: &[f64]) -> f64 {
    f(&x[1..], &[x[0], 2.0], true, 3) * f(x, &[1.0, 2.0], false, 2)
}
#[differentiate]
fn b7(k: f64, x: &[f64]) -> f64 {
    b6(|u, v: &[f64; 2], flag: bool, n: i32| if flag { u[0] * v[0] * k } else { u[1].powi(n) * v[1] }, x)
}
#[differentiate]
fn b8(f: impl Fn(f32) -> f32, x: f32) -> f32 {
    f(x) * f(f(x))
}
#[differentiate]
fn b9(k: f32, x: f32) -> f32 {
    b8(|t: f32| t * k + 1.0, x)
}
#[differentiate]
fn c1(k: f64, x: f64) -> f64 {
    let f = move |t: f64| t * k;
    let y = twice(f, x);
    twice(move |t| f(t) * y, x)
}
#[differentiate]
fn c2(k: f64, n: usize) -> f64 {
    (0..n).map(|i| twice(|t| t * k + i as f64, 0.3)).sum()
}
#[differentiate]
fn c3(k: f64, x: f64) -> Result<f64, String> {
    if x < 0.0 {
        return Err(String::from("neg"));
    }
    Ok(twice(|t| t.sqrt() * k, x))
}
#[differentiate]
fn outer_loss(theta: &[f64], xs: &[f64], ys: &[f64]) -> f64 {
    let model = |x: f64| theta[0] + theta[1] * x + theta[2] * x * x;
    let mut l = 0.0;
    for i in 0..xs.len() {
        let r = twice(model, xs[i]) - ys[i];
        l += r * r;
    }
    l
}
#[test]
fn all() {
    let p = P { k: 0.7, v: vec![0.3, 0.9], n: 2, c: 1.5 };
    check_grad!(a1, &p, 0.4);
    let x = [0.4, 1.2];
    check_grad!(a3, 0.8, &x[..]);
    check_grad!(a5, 0.8, &x[..]);
    check_grad!(a7, 0.8, x);
    check_grad!(a8, 0.8, 0.5);
    for t in [0.4, 0.9, 1.4] {
        check_grad!(b1, 0.8, t);
    }
    check_grad!(b3, 0.8, (0.3, 0.4));
    check_grad!(b4, 0.8);
    check_grad!(b5, 0.8, &mut [0.3, 0.4][..]);
    check_grad!(b7, 0.8, &x[..]);
    check_grad!(b9, 0.8f32, 0.4f32; step = 1e-2, tolerance = 1e-2);
    check_grad!(c1, 0.8, 0.3);
    check_grad!(c2, 0.8, 4);
    assert!(c3::grad(0.8, 0.4).is_ok() && c3::grad(0.8, -0.4).is_err());
    check_grad!(outer_loss, &[0.1, 0.5, 0.2][..], &[0.3, 0.6][..], &[1.0, 2.0][..]);
}
