//! Idioms of numeric Rust as found in the wild, by their numbers: 16 to 25.

#![allow(missing_docs, unfulfilled_lint_expectations, clippy::all)]

use ad_runtime::differentiate;
use ad_tests::check;

// 16. Guards as values. (`Err(…)`, `?`, formatted errors: part 2.)

#[differentiate]
fn log_density(x: f64, mu: f64, sigma: f64) -> f64 {
    if sigma <= 0.0 || !sigma.is_finite() {
        return f64::NAN;
    }
    if x.is_nan() {
        return x;
    }
    if x == f64::INFINITY {
        return f64::NEG_INFINITY;
    }
    let z = (x - mu) / sigma;
    -0.5 * z * z - sigma.ln()
}

#[test]
fn idiom_16_guards_as_values() {
    check!(log_density, 1.0, 0.5, 2.0);
    let (y, (a, b, c)) = log_density::value_and_grad(1.0, 0.5, -2.0);
    assert!(y.is_nan() && [a, b, c] == [0.0; 3]);
    assert_eq!(log_density::value_and_grad(f64::INFINITY, 0.5, 2.0), (f64::NEG_INFINITY, (0.0, 0.0, 0.0)));
    assert_eq!(log_density::grad(f64::NAN, 0.5, 2.0), (1.0, 0.0, 0.0));
}

// 17. A method on a block; attributes and `#[cfg]` on statements.

#[differentiate]
fn lab(t: f64) -> f64 {
    let base = if t > 0.008856 { t } else { 7.787 * t + 16.0 / 116.0 }.cbrt();
    let other = match t as i32 {
        0 => t,
        _ => t * t,
    }
    .sin()
    .max(0.1);
    base + {
        let u = t * other;
        u + 1.0
    }
    .ln()
}

#[differentiate]
fn attributed(x: f64) -> f64 {
    #[allow(unused_mut, unused_variables)]
    let mut y = x * x;
    #[cfg(debug_assertions)]
    {
        y += 0.0 * x;
    }
    #[cfg(any())]
    let y = does_not_exist(y);
    #[cfg(not(any()))]
    let y = y.sin();
    #[rustfmt::skip]
    let z = [
        y, x,
        1.0, 2.0,
    ];
    #[allow(clippy::let_and_return)]
    let w = z[0] * z[1] + z[3];
    w
}

#[test]
fn idiom_17_methods_on_blocks_and_attributes() {
    check!(lab, 0.5);
    check!(lab, 0.005);
    check!(lab, 1.5);
    check!(attributed, 0.7);
}

// 18. Patterns.

#[differentiate]
fn taylor(t: &[f64], n: usize, x: f64) -> f64 {
    let mut s = t[0];
    for (i, &c) in t.iter().enumerate().take(n).skip(1) {
        s += c * x.powi(i as i32);
    }
    s
}

#[differentiate]
fn weighted(p: &[f64], m: &[f64], a: &[f64]) -> f64 {
    p.iter().zip(m.iter()).zip(a).map(|((&p, &m), &a)| (p - m) * a * a).sum::<f64>()
}

#[differentiate]
fn rosenbrock(p: &[f64; 2]) -> f64 {
    let [x1, x2] = *p;
    (1.0 - x1).powi(2) + 100.0 * (x2 - x1 * x1).powi(2)
}

#[differentiate]
fn complex_abs((re, im): (f64, f64), [a, .., b]: [f64; 3], &s: &f64) -> f64 {
    let ((p, q), r) = ((re * a, im * b), s);
    let (first, .., last) = (p, q, r, p * q);
    (p * p + q * q).sqrt() * r + first * last
}

#[differentiate]
fn rows(m: &[[f64; 3]], v: &[(f64, usize)]) -> f64 {
    let mut s = 0.0;
    for &[x, y, z] in m {
        s += x * y - z;
    }
    for ([x, _, z], (w, k)) in m.iter().zip(v) {
        s += x * w * (*k as f64) + z.sin();
    }
    for (i, row) in m.iter().enumerate() {
        for (j, value) in row.iter().enumerate() {
            if i == j {
                s *= value;
            }
        }
    }
    s
}

#[test]
fn idiom_18_patterns() {
    check!(taylor, &[1.0, -0.5, 0.25, 3.0, 7.0], 4, 0.6);
    check!(weighted, &[1.0, 2.0], &[0.5, -1.0], &[3.0, 0.7]);
    check!(rosenbrock, &[-1.2, 1.0]);
    check!(complex_abs, (0.3, 0.4), [1.5, 9.0, 2.0], &0.8);
    check!(rows, &[[1.0, 2.0, 3.0], [0.4, 0.5, 0.6], [1.5, 2.5, 3.5]], &[(0.5, 2), (1.5, 3)]);
}

// 19. An iterator as state (`let mut it = …; it.next()`, `let … else`, `for c in it`): part 2, with Option.
//     The same computation without Option:

#[differentiate]
fn horner(c: &[f64], x: f64) -> f64 {
    let it = c.iter().rev();
    let first = c[c.len() - 1];
    let rest = c[..c.len() - 1].iter().rev();
    let mut y = first;
    for c in rest {
        y = y * x + c;
    }
    for c in it {
        y += 0.0 * c;
    }
    y
}

#[test]
fn idiom_19_an_iterator_in_a_variable() {
    check!(horner, &[1.0, -0.5, 0.25, 3.0], 0.6);
}

// 20. Accumulators that mix integers and floats. (`scan`, `collect::<Result<…>>()?`: part 2.)

#[differentiate]
fn mixed_fold(q: &[f64], x: f64) -> f64 {
    let (n, p) = q.iter().fold((0, 1.0), |(n, p), q| (n + 1, p * (q - x) / (n + 1) as f64));
    p * n as f64
}

#[differentiate]
fn welford(x: &[f64]) -> (f64, f64) {
    let (_, mean, m2) = x.iter().fold((0usize, 0.0, 0.0), |(n, mean, m2), &v| {
        let n = n + 1;
        let d = v - mean;
        let mean = mean + d / n as f64;
        (n, mean, m2 + d * (v - mean))
    });
    (mean, m2 / (x.len() - 1) as f64)
}

#[test]
fn idiom_20_mixed_accumulators() {
    check!(mixed_fold, &[1.0, 2.0, 0.5], 0.3);
    check!(mixed_fold, &[], 0.3);
    check!(welford, &[1.0, 2.5, 0.5, 7.0]);
}

// 21. Closures that capture active variables, and closures that assign captures.

#[differentiate]
fn simpson(a: f64, b: f64, w: f64, n: usize) -> f64 {
    let h = (b - a) / n as f64;
    let f = |x: f64| (w * x).sin() / (1.0 + x * x);
    let inner: f64 = (1..n).map(|i| if i % 2 == 1 { 4.0 } else { 2.0 } * f(a + i as f64 * h)).sum();
    h / 3.0 * (f(a) + inner + f(b))
}

#[differentiate]
fn copies(y: &[f64]) -> Vec<f64> {
    let n = y.len();
    let mut p = vec![0.0; n];
    (0..n).for_each(|i| p[i] = y[i] * y[0]);
    let mut total = 0.0;
    let mut add = |v: f64| total += v * v;
    add(p[0]);
    add(p[n - 1]);
    y.iter().for_each(|v| total += v);
    p.push(total);
    p
}

#[differentiate]
fn rk4(x: f64, k: f64, steps: usize) -> f64 {
    let h = 0.1;
    let f = |t: f64, x: f64| -k * x * x + t.sin();
    let mut x = x;
    for i in 0..steps {
        let t = h * i as f64;
        let k1 = f(t, x);
        let k2 = f(t + 0.5 * h, x + 0.5 * h * k1);
        let k3 = f(t + 0.5 * h, x + 0.5 * h * k2);
        let k4 = f(t + h, x + h * k3);
        x += h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4);
    }
    x
}

#[test]
fn idiom_21_closures() {
    check!(simpson, 0.2, 1.9, 1.3, 8);
    check!(copies, &[1.0, 2.5, 0.5]);
    check!(rk4, 1.0, 0.7, 5);
}

// 22. In-out parameters.

#[differentiate]
fn means(x: &[f64], mean: &mut f64, cm: &mut f64) {
    *mean = 0.0;
    for v in x {
        *mean += v;
    }
    *mean /= x.len() as f64;
    let m = *mean;
    *cm = x.iter().map(|v| (v - m).powi(2)).sum();
}

#[differentiate]
fn thomas(a: &[f64], b: &[f64], c: &mut [f64], d: &mut [f64]) {
    let n = d.len();
    c[0] /= b[0];
    d[0] /= b[0];
    for i in 1..n {
        let m = 1.0 / (b[i] - a[i] * c[i - 1]);
        c[i] *= m;
        d[i] = (d[i] - a[i] * d[i - 1]) * m;
    }
    for i in (0..n - 1).rev() {
        d[i] -= c[i] * d[i + 1];
    }
}

#[differentiate]
fn haar(v: &mut [f64]) {
    let n = v.len();
    if n < 2 {
        return;
    }
    let half = n / 2;
    let (lo, hi) = v.split_at_mut(half);
    for i in 0..half {
        let (a, b) = (lo[i], hi[i]);
        lo[i] = a + b * a;
        hi[i] = a - b;
    }
    haar(&mut v[..half]);
    haar(&mut v[half..]);
}

#[test]
fn idiom_22_in_out_parameters() {
    check!(means, &[1.0, 2.0, 4.0], &mut 5.0, &mut 6.0);
    check!(thomas, &[0.0, 1.0, 0.5], &[4.0, 5.0, 3.0], &mut [1.0, 0.7, 0.0], &mut [1.0, 2.0, 3.0]);
    check!(haar, &mut [1.0, 2.0, 0.5, -1.0, 0.3, 0.2, 0.9, 1.1]);
}

// 23. `swap`, ping-pong buffers. (`sort_by`, `min_by`, medians: part 2.)

#[differentiate]
fn diffuse(u0: &[f64], k: f64, steps: usize) -> Vec<f64> {
    let mut u = u0.to_vec();
    let mut next = vec![0.0; u.len()];
    for _ in 0..steps {
        for i in 0..u.len() {
            let l = if i > 0 { u[i - 1] } else { u[i] };
            let r = if i + 1 < u.len() { u[i + 1] } else { u[i] };
            next[i] = u[i] + k * (l - 2.0 * u[i] + r) * u[i];
        }
        std::mem::swap(&mut u, &mut next);
    }
    u
}

#[differentiate]
fn pivoting(a: &mut [f64], x: f64) -> f64 {
    let n = a.len();
    a.swap(0, n - 1);
    a[0] *= x;
    if a[0].abs() < a[1].abs() {
        a.swap(0, 1);
    }
    let (mut p, mut q) = (a[0], a[1]);
    core::mem::swap(&mut p, &mut q);
    let old = std::mem::replace(&mut p, x * q);
    let mut work = vec![0.0; n];
    work.clone_from_slice(a);
    let mut copy = Vec::new();
    copy.clone_from(&work);
    work[0] = old * copy[1];
    p * work[0] + q * work[n - 1]
}

#[test]
fn idiom_23_swaps() {
    check!(diffuse, &[1.0, 2.0, 4.0, 3.0], 0.1, 3);
    check!(pivoting, &mut [1.0, 2.0, 4.0], 0.3);
    check!(pivoting, &mut [1.0, 2.0, 4.0], 1.3);
}

// 24. Const generics that steer. (`T: Float`, `T::from(3.0).unwrap()`: part 2.)

#[differentiate]
fn option_price<const CALL: bool>(s: f64, k: f64, v: f64) -> f64 {
    let d = (s / k).ln() / v + 0.5 * v;
    let n = |x: f64| 1.0 / (1.0 + (-1.7 * x).exp());
    if CALL { s * n(d) - k * n(d - v) } else { k * n(v - d) - s * n(-d) }
}

#[test]
fn idiom_24_const_generics() {
    let (y, (ds, dk, dv)) = option_price::value_and_grad::<true>(1.1, 1.0, 0.3);
    assert_eq!(y, option_price::<true>(1.1, 1.0, 0.3));
    let h = 1e-6;
    let slope = |f: &dyn Fn(f64) -> f64| (f(h) - f(-h)) / (2.0 * h);
    for (found, quotient) in [
        (ds, slope(&|h| option_price::<true>(1.1 + h, 1.0, 0.3))),
        (dk, slope(&|h| option_price::<true>(1.1, 1.0 + h, 0.3))),
        (dv, slope(&|h| option_price::<true>(1.1, 1.0, 0.3 + h))),
        (option_price::grad::<false>(1.1, 1.0, 0.3).0, slope(&|h| option_price::<false>(1.1 + h, 1.0, 0.3))),
    ] {
        assert!((found - quotient).abs() < 1e-8, "{found} {quotient}");
    }
}

// 25. What must pass through untouched.

#[differentiate]
pub const fn linear(x: f64, _unused: f64) -> f64 {
    2.0 * x + 1.0
}

#[differentiate]
fn chatty(x: &[f64], _verbose: bool, _: f64) -> f64 {
    use std::f64::consts::PI as HALF_TURN;
    const N: usize = 3;
    const W: [f64; N] = [1.0, 2.0, 3.0];
    #[differentiate]
    fn square(x: f64) -> f64 {
        x * x
    }
    fn size(n: usize) -> f64 {
        n as f64
    }
    assert!(x.len() >= N, "need {N} values, found {}", x.len());
    debug_assert!(x[0].is_finite() && x[1] > -1e9, "bad {:?}", x);
    assert_eq!(x.len(), N);
    assert_ne!(x[0], 1e9, "{}", x[0]);
    let mut s = 0.0;
    for i in 0..N {
        s += W[i] * square(x[i]) / size(N);
        eprintln!("step {i}: {s:.3} {}", x[i] * HALF_TURN);
    }
    println!("sum = {s}");
    if s < 0.0 {
        panic!("negative: {s}");
    }
    s * HALF_TURN
}

#[test]
fn idiom_25_what_passes_through() {
    check!(linear, 2.0, 3.0);
    const THREE: f64 = linear(1.0, 0.0);
    assert_eq!(THREE, 3.0);
    assert_eq!(linear::grad(2.0, 3.0), (2.0, 0.0));
    check!(chatty, &[1.0, 2.0, 0.5], false, 1.0);
}
