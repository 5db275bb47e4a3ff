//! What closures that are passed to functions capture, and where their functions call them.
#![allow(missing_docs, dead_code, unused, unreachable_pub, unused_qualifications, clippy::all)]

use ad_runtime::{Differentiable, check_grad, differentiate, func, stop_gradient};
#[derive(Clone, Debug, PartialEq, Differentiable)]
struct P {
    k: f64,
    v: Vec<f64>,
}
#[differentiate]
fn twice(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(f(x))
}
#[differentiate]
fn a1(k: f64, x: f64) -> f64 {
    let k2 = k;
    let f = |t: f64| t * k2;
    let k2 = 5.0 * x;
    twice(f, x) * k2
}
#[differentiate]
fn a2(k: f64, x: f64) -> f64 {
    let mut a = k;
    let f = move |t: f64| t * a;
    a = 2.0 * x;
    twice(f, x) * a
}
#[differentiate]
fn upd(f: impl Fn(&[f64], &mut [f64]), y: &mut [f64], x: &[f64]) {
    for _ in 0..3 {
        f(x, y);
    }
    f(x, &mut y[1..]);
}
#[differentiate]
fn a3(k: f64, y: &mut [f64], x: &[f64]) {
    upd(
        |x, y| {
            for v in y.iter_mut() {
                *v += *v * x[0] * k;
            }
            y[0] *= x[1];
        },
        y,
        x,
    );
}
#[differentiate]
fn ap(f: impl Fn(&[f64]) -> f64, v: &[f64]) -> f64 {
    f(v) * f(&v[1..])
}
#[differentiate]
fn a4(w: &[f64]) -> f64 {
    ap(|v| v[0] * w[1] * w[0], w)
}
#[differentiate]
fn a5(k: f64) -> f64 {
    let w = vec![k, k * k, 1.0];
    let z = [k, 2.0, 3.0];
    ap(|v| v[0] * w[1] * z[0], &w) + ap(|v| v[0] * w[1] * z[0], &z)
}
#[differentiate]
fn put(f: impl Fn(f64) -> f64, v: &mut Vec<f64>) {
    let n = v.len();
    for i in 0..n {
        v[i] = f(v[i]);
    }
    v.push(f(0.5));
}
#[differentiate]
fn a6(mut p: P) -> f64 {
    let k = p.k;
    put(|t| t * k, &mut p.v);
    p.v.iter().sum::<f64>() * p.k
}
#[differentiate]
fn lazy(f: impl Fn() -> f64, x: f64) -> f64 {
    if x > 0.0 { f() * x } else { x }
}
#[differentiate]
fn a7(k: f64, x: f64) -> f64 {
    lazy(|| k * k, x) + lazy(|| 2.0, x)
}
#[differentiate]
fn rec(f: &dyn Fn(f64) -> f64, x: f64, n: usize) -> f64 {
    if n == 0 { f(x) } else { rec(&|t| f(t) * x + t, x, n - 1) }
}
#[differentiate]
fn a8(k: f64, x: f64) -> f64 {
    rec(&|t| t * t * k, x, 3)
}
#[differentiate]
fn solve(f: impl Fn(f64) -> f64, x: f64) -> Result<f64, String> {
    let y = f(x);
    if y < 0.0 {
        return Err(String::from("negative"));
    }
    Ok(y.sqrt())
}
#[differentiate]
fn a9(k: f64, x: f64) -> Result<f64, String> {
    let y = solve(|t| t * k, x)?;
    Ok(y * k)
}
#[differentiate]
fn b1(k: f64, x: f64) -> f64 {
    twice(|t| stop_gradient(t * k) + t, x)
}
#[differentiate]
fn b2(k: f64, x: f64) -> f64 {
    twice(stop_it, x) * k
}
#[differentiate]
fn stop_it(x: f64) -> f64 {
    stop_gradient(x) * x
}
#[differentiate]
fn table(f: impl Fn(f64) -> f64, xs: &[f64]) -> (Vec<f64>, f64) {
    let v: Vec<f64> = xs.iter().map(|&x| f(x)).collect();
    let s = v.iter().sum();
    (v, s)
}
#[differentiate]
fn b3(k: f64, xs: &[f64]) -> f64 {
    let (v, s) = table(|t| (t * k).tanh(), xs);
    v[0] * s + table(tanh_of, &v).1
}
#[differentiate]
fn tanh_of(x: f64) -> f64 {
    x.tanh()
}
#[differentiate]
fn b4(f: impl Fn(f64) -> f64, g: impl Fn(f64, f64) -> f64, x: f64) -> f64 {
    let mut s = x;
    for i in 0..3 {
        if i == 1 {
            s = g(s, f(s));
        } else {
            s = f(g(x, s));
        }
    }
    s
}
#[differentiate]
fn b5(k: f64, x: f64, w: &[f64]) -> f64 {
    let mut acc = 0.0;
    for i in 0..w.len() {
        let c = w[i] * k;
        acc += b4(
            |t| t * c,
            |a, b| {
                let m = [a, b * c];
                m[0] * m[1] + w[i]
            },
            x + acc,
        );
        if acc > 10.0 {
            break;
        }
    }
    acc
}
#[differentiate]
fn b6(k: f64, x: f64) -> f64 {
    match twice(|t| t - k, x) {
        y if y > 0.0 => y * k,
        y => y * twice(|t| t * y, k),
    }
}
#[differentiate]
fn b7(k: f64) -> f64 {
    let f = |t: f64| t * k;
    let g = |t: f64| f(t) + f(1.0);
    twice(|t| g(t) * f(t), 0.7)
}
#[differentiate]
fn b8(m: &[Vec<f64>], k: f64) -> f64 {
    twice(|t| m.iter().map(|r| r[0] * t + r[1]).sum::<f64>() * k, 0.3)
}
#[differentiate]
fn b9(#[constant] k: f64, x: f64) -> f64 {
    twice(|t| t * k * x, x)
}
#[differentiate]
fn c1(x: &[f64; 3], k: f64) -> f64 {
    let y = x;
    ap(|v| v[0] * y[2] * k, &y[..])
}
#[differentiate]
fn c2(k: f64, o: Option<f64>) -> f64 {
    let b = o.unwrap_or(1.0);
    twice(
        |t| match t {
            t if t > b => t * k,
            t => t * b,
        },
        0.7,
    )
}
mod deep {
    use ad_runtime::differentiate;
    #[differentiate]
    pub fn cube(x: f64) -> f64 {
        x * x * x
    }
    #[differentiate]
    pub fn run<F: Fn(f64) -> f64>(f: F, x: f64) -> f64 {
        f(x)
    }
}
#[differentiate]
fn c3(k: f64, x: f64) -> f64 {
    deep::run(deep::cube, x) + deep::run(|t| deep::cube(t) * k, x) + deep::run(crate::deep::cube, k)
}
#[test]
fn all() {
    check_grad!(a1, 0.7, 0.4);
    check_grad!(a2, 0.7, 0.4);
    check_grad!(a3, 0.7, &mut [0.3, 0.2][..], &[0.4, 0.6][..]);
    check_grad!(a4, &[0.3, 0.7][..]);
    check_grad!(a5, 0.7);
    check_grad!(a6, P { k: 0.7, v: vec![0.2, 0.4] });
    check_grad!(a7, 0.7, 0.4);
    check_grad!(a7, 0.7, -0.4);
    check_grad!(a8, 0.7, 0.4);
    check_grad!(a9, 0.7, 0.4);
    assert_eq!(b1::jvp((0.7, 0.4), (1.0, 1.0)).1, 1.0);
    assert_eq!(b1::grad(0.7, 0.4), (0.0, 1.0));
    let (y, _) = (0.4_f64.powi(2), 0);
    assert!((b2::grad(0.7, 0.4).1 - 0.7 * y * 0.4).abs() < 1e-12);
    check_grad!(b3, 0.7, &[0.3, 0.5][..]);
    check_grad!(b5, 0.7, 0.4, &[0.3, 0.5][..]);
    check_grad!(b6, 0.7, 1.9);
    check_grad!(b6, 0.7, 0.4);
    check_grad!(b7, 0.7);
    check_grad!(b8, &[vec![0.3, 0.4], vec![0.5, 0.6]][..], 0.7);
    check_grad!(b9, 0.7, 0.4);
    check_grad!(c1, &[0.3, 0.4, 0.5], 0.7);
    check_grad!(c2, 0.7, Some(0.5));
    check_grad!(c3, 0.7, 0.4);
}

#[differentiate]
impl P {
    fn with(&self, x: f64) -> f64 {
        let (k, v) = (self.k, &self.v);
        twice(|t| t * k + v[0] * x, x) + twice(tanh_of, k)
    }
}

#[test]
fn in_methods() {
    let p = P { k: 0.7, v: vec![0.2, 0.4] };
    let (g, dx) = p.with_grad(0.3);
    let h = 1e-6;
    let at = |k: f64, v0: f64, x: f64| P { k, v: vec![v0, 0.4] }.with(x);
    let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-8, "{a} {b}");
    close(g.k, (at(0.7 + h, 0.2, 0.3) - at(0.7 - h, 0.2, 0.3)) / (2.0 * h));
    close(g.v[0], (at(0.7, 0.2 + h, 0.3) - at(0.7, 0.2 - h, 0.3)) / (2.0 * h));
    close(dx, (at(0.7, 0.2, 0.3 + h) - at(0.7, 0.2, 0.3 - h)) / (2.0 * h));
    assert_eq!(g.v[1], 0.0);
}
