//! Whole functions of every kind, checked against differences: the first smoke test when the compiler changes.
#![allow(missing_docs, unused, clippy::all)]
use ad_runtime::{check_grad, differentiate};

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
#[differentiate]
fn heat(u: &mut [f64], c: &[f64], steps: usize) {
    let n = u.len();
    for _ in 0..steps {
        let mut left = u[0];
        for i in 1..n - 1 {
            let here = u[i];
            u[i] = here + c[i] * (left - 2.0 * here + u[i + 1]);
            left = here;
        }
    }
}
#[differentiate]
fn residual(a: f64, b: f64, t: f64, y: f64) -> f64 {
    y - a * (-b * t).exp()
}
#[differentiate]
fn loss(p: &[f64; 2], #[constant] ts: &[f64], #[constant] ys: &[f64]) -> f64 {
    let mut s = 0.0;
    for (&t, &y) in ts.iter().zip(ys) {
        let r = residual(p[0], p[1], t, y);
        s += r * r;
    }
    0.5 * s
}
#[differentiate]
fn early(x: f64, y: &[f64]) -> f64 {
    if x < 0.0 {
        return -x;
    }
    let mut s = x;
    for (i, v) in y.iter().enumerate() {
        if *v < -5.0 {
            continue;
        }
        if *v > 10.0 {
            return s * v;
        }
        s += v * v * (i as f64);
        if s > 100.0 {
            break;
        }
    }
    s.sqrt()
}
#[differentiate]
fn newton(a: f64) -> f64 {
    let mut x = a;
    while (x * x - a).abs() > 1e-12 {
        x = 0.5 * (x + a / x);
    }
    x
}
#[differentiate]
fn pick(x: f64, n: i32) -> (f64, f64) {
    let k = match n {
        0 => x,
        1..=3 => x * x,
        _ if x > 2.0 => x.sin(),
        _ => x.exp(),
    };
    let (mut a, mut b) = (k, x);
    for _ in 0..3 {
        (a, b) = (b * a, a + 1.0);
    }
    (a, b)
}
#[differentiate]
fn vecs(x: &[f64]) -> Vec<f64> {
    let mut out = Vec::new();
    for w in x.windows(2) {
        out.push(w[0] * w[1]);
    }
    let s: f64 = x.iter().map(|v| v.sin()).sum();
    out.push(s);
    let m = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    out.iter().map(|v| v * m).collect()
}
#[differentiate]
fn fact(x: f64, n: usize) -> f64 {
    if n == 0 {
        return 1.0;
    }
    x * (n as f64) * fact(x, n - 1)
}
#[differentiate]
fn rec_slice(x: &[f64]) -> f64 {
    if x.len() == 1 {
        return x[0];
    }
    let m = x.len() / 2;
    rec_slice(&x[..m]) * rec_slice(&x[m..]).cos()
}
#[differentiate]
fn scale_in_place(u: &mut [f64], c: f64) {
    for v in u.iter_mut() {
        *v *= c;
    }
}
#[differentiate]
fn caller(x: &[f64], c: f64, n: usize) -> f64 {
    let mut u = x.to_vec();
    let mut total = 0.0;
    for _ in 0..n {
        scale_in_place(&mut u, c);
        total += dot(&u, x);
        u[0] = u[0].sin();
    }
    total + dot(&u, &u)
}
#[differentiate]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

#[test]
fn scalars() {
    let (y, (a, b)) = f::value_and_grad(2.0, 5.0);
    assert_eq!(y, f(2.0, 5.0));
    assert!((a - 5.5).abs() < 1e-12 && (b - (2.0 - 5f64.cos())).abs() < 1e-12);
    check_grad!(f, 2.0, 5.0);
    check_grad!(decay, 1.0, 0.1, 7usize);
}
#[test]
fn t_heat() {
    check_grad!(heat, &mut [1.0, 2.0, 4.0, 3.0, -1.0], &[0.1, 0.2, 0.3, 0.1, 0.5], 3usize);
}
#[test]
fn t_loss() {
    check_grad!(loss, &[1.0, 0.5], &[0.0, 1.0, 2.0], &[1.0, 0.7, 0.2]);
}
#[test]
fn t_early() {
    check_grad!(early, 1.0, &[0.5, 1.5, -7.0, 2.0]);
    check_grad!(early, 1.0, &[0.5, 1.5, 11.0, 2.0]);
    check_grad!(early, 1.0, &[0.5, 9.0, 9.0, 2.0]);
    check_grad!(early, -1.0, &[0.5, 9.0, 9.0, 2.0]);
}
#[test]
fn t_newton() {
    check_grad!(newton, 2.0);
}
#[test]
fn t_pick() {
    for n in 0..5 {
        check_grad!(pick, 2.5, n);
        check_grad!(pick, 1.5, n);
    }
}
#[test]
fn t_vecs() {
    check_grad!(vecs, &[1.0, 2.0, 0.5, -1.0]);
}
#[test]
fn t_fact() {
    check_grad!(fact, 1.5, 4usize);
}
#[test]
fn t_rec() {
    check_grad!(rec_slice, &[1.5, 0.2, 0.4, 2.0, 0.3]);
}
#[test]
fn t_caller() {
    check_grad!(caller, &[1.5, 0.2, 0.4], 1.1, 3usize);
}

const P5: [f64; 4] = [1.0, 0.5, 0.25, 0.125];
const Q5: [f64; 3] = [1.0, -0.5, 0.25];
#[differentiate]
fn tables(x: f64, w: u8) -> f64 {
    debug_assert!(x.is_finite(), "{:?} {x}", P5);
    let c: &[f64] = match w {
        0 => &P5,
        1 => &[1.5, 2.5],
        _ => &Q5,
    };
    c.iter().rev().fold(0.0, |a, &c| a * x + c)
}
#[test]
fn t_tables() {
    for w in 0..3 {
        check_grad!(tables, 0.7, w);
    }
}

#[differentiate]
fn copies(mut total: [f64; 3], x: f64) -> f64 {
    let mut mean = 0.5;
    for rho in total {
        total[2] = 0.5;
        mean = rho;
    }
    let mut s = x;
    let f = move |y: f64| y * s;
    s += 1.0;
    let mut k = 0.0;
    let mut count = move || {
        k += 1.0;
        k * x
    };
    let (a, b) = (count(), count());
    k += 10.0;
    let mut v = make(x);
    let first = v[0];
    v[0] = 5.0 * x;
    mean + f(x) * s + a * b + k + first * v[0]
}
#[differentiate]
fn make(x: f64) -> Vec<f64> {
    vec![x * x, x]
}
#[test]
fn t_copies() {
    check_grad!(copies, [1.0, 2.0, 3.0], 1.3);
    assert_eq!(copies::value_and_grad([1.0, 2.0, 3.0], 1.3).0, copies([1.0, 2.0, 3.0], 1.3));
}

#[differentiate]
fn arrays_as_slices(x: &[f64; 2], y: [f64; 2], v: &Vec<f64>, m: &[Vec<f64>]) -> f64 {
    dot(x, &y) + dot(v, &m[0]) * dot(&m[0], &m[1]) + dot(x, x)
}
#[differentiate]
fn step2(l: &mut [f64], r: &[f64], x: f64) {
    for (a, b) in l.iter_mut().zip(r) {
        *a += b * x;
    }
}
#[differentiate]
fn both2(l: &mut [f64], r: &mut [f64], x: f64) {
    for (a, b) in l.iter_mut().zip(r) {
        let t = *a;
        *a = *b * x;
        *b = t.sin();
    }
}
#[differentiate]
fn views(u: &mut [f64], x: f64) -> f64 {
    {
        let (l, r) = u.split_at_mut(2);
        step2(l, r, x);
        both2(l, r, x);
        std::mem::swap(&mut l[0], &mut r[1]);
        l.copy_from_slice(r);
    }
    u[0] * u[1]
}
#[differentiate]
fn pair(x: f64) -> (f64, f64) {
    (x * x, x.sin())
}
#[differentiate]
fn square(x: f64) -> f64 {
    x * x
}
#[differentiate]
fn rep<const N: usize>(x: f64) -> [f64; N] {
    [x * x; N]
}
#[differentiate]
fn opens(x: f64) -> f64 {
    let (a, b) = pair(x);
    let h = square(x) * square(x + 1.0);
    let k = square(h);
    let c: [f64; 2] = rep(x * 2.0);
    dot(&[a, b], &[b, k]) * square(square(b)) + square(a) * c[1]
}
#[test]
fn t_more() {
    check_grad!(arrays_as_slices, &[1.0, 2.0], [0.5, 0.1], &vec![1.0, 2.0], &[vec![0.1, 0.2], vec![0.4, 0.3]]);
    check_grad!(views, &mut [1.0, 2.0, 0.3, 0.4], 1.5);
    check_grad!(opens, 0.7);
}

#[differentiate]
fn total(u: &[f64]) -> f64 {
    u.iter().map(|x| x * x).sum()
}
#[differentiate]
fn advance(u: &mut [f64], dt: f64) {
    for v in u.iter_mut() {
        *v += dt * v.sin();
    }
}
#[differentiate]
fn energy_after(u: &mut [f64], dt: f64, n: usize) -> f64 {
    let mut e = 0.0;
    for _ in 0..n {
        advance(u, dt);
        e += total(u) * dt;
        let w = &mut u[1..];
        advance(w, e);
        e += total(w);
    }
    e + total(u)
}
#[test]
fn t_reborrow() {
    check_grad!(energy_after, &mut [0.1, 0.2, 0.3], 0.1, 3usize);
}

#[differentiate]
fn chosen(a: &mut [f64], b: &mut [f64], first: bool) -> f64 {
    let c = if first { &mut a[..] } else { &mut b[..] };
    let mut r = c[0];
    r += 1.0;
    c[1] *= r;
    let k = c[0] * c[1];
    a[0] * b[1] + r * k
}
#[test]
fn t_chosen() {
    for first in [true, false] {
        check_grad!(chosen, &mut [1.0, 2.0], &mut [3.0, 4.0], first);
        let (mut a, mut b) = ([1.0, 2.0], [3.0, 4.0]);
        assert_eq!(chosen::value_and_grad(&mut a, &mut b, first).0, chosen(&mut [1.0, 2.0], &mut [3.0, 4.0], first));
    }
}

#[differentiate]
fn one_lifetime<'a>(x: &'a [f64], u: &'a mut [f64]) -> f64 {
    u[0] *= x[0];
    x[0] * u[0]
}
#[test]
fn t_one_lifetime() {
    let mut m = [2.0];
    let (_, pullback) = one_lifetime::vjp(&[3.0], &mut m[..]);
    m[0] += 1.0;
    assert_eq!(pullback((1.0, &[0.0])), (vec![12.0], vec![9.0]));
}
