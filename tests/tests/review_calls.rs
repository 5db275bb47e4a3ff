//! Calls: aliases, recursion, moves, constants that are written to.

#![allow(missing_docs, unused, non_snake_case, non_upper_case_globals, clippy::all)]

use ad_runtime::differentiate;
use ad_tests::check;

#[differentiate]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut s = 0.0;
    for (x, y) in a.iter().zip(b) {
        s += x * y * y;
    }
    s
}
#[differentiate]
fn same_twice(x: &[f64]) -> f64 {
    dot(x, x) * dot(&x[1..], &x[..2])
}
#[differentiate]
fn scale(v: &mut [f64], k: f64) -> f64 {
    let mut s = 0.0;
    for e in v.iter_mut() {
        *e *= k * *e;
        s += *e;
    }
    s
}
#[differentiate]
fn element_of_changed(v: &mut [f64], x: f64) -> f64 {
    let s = scale(v, x) + v[0];
    let t = scale(&mut v[1..], s);
    v[1] * t
}
#[differentiate]
fn scalar_alias(x: f64) -> f64 {
    let mut a = [x, 2.0];
    let k = a[0];
    let s = scale(&mut a, k);
    a[0] * s * k
}
#[differentiate]
fn bump(a: &mut f64, b: f64) {
    *a = *a * b + 1.0;
}
#[differentiate]
fn bump_scalars(x: f64, n: usize) -> f64 {
    let mut a = x;
    let mut v = [x, 1.0];
    for i in 0..n {
        bump(&mut a, v[i % 2]);
        bump(&mut v[i % 2], a);
        bump(&mut a, a_of(i));
    }
    a * v[0] * v[1]
}
#[differentiate]
fn a_of(i: usize) -> f64 {
    i as f64 * 0.3
}
#[differentiate]
fn recursive_mut(v: &mut [f64], depth: usize, x: f64) -> f64 {
    if depth == 0 {
        return v[0] * x;
    }
    v[0] = v[0].sin() * x;
    let n = v.len();
    let r = recursive_mut(&mut v[n / 2..], depth - 1, x).sin();
    v[0] *= r;
    let q = recursive_mut(v, depth - 1, r);
    (v[0] + q * r).sin()
}
#[differentiate]
fn recursive_vec(v: Vec<f64>, k: usize) -> f64 {
    if v.len() <= 1 {
        return v[0] * v[0];
    }
    let mut w = v.clone();
    let p = w[k % w.len()];
    w.pop();
    let a = recursive_vec(w, k + 1);
    let b = if a > 0.5 {
        let u: Vec<f64> = v[1..].to_vec();
        recursive_vec(u, k)
    } else {
        1.0
    };
    a * p + b * v[0]
}
#[differentiate]
fn moves_in_branch(x: f64, c: bool) -> f64 {
    let v = vec![x, x * x];
    let w = vec![1.0, x];
    let r = if c { take(v, 2.0) } else { take(w, x) };
    r * x
}
#[differentiate]
fn take(mut v: Vec<f64>, k: f64) -> f64 {
    v[0] *= k;
    v.push(k);
    let n = v.len();
    v[0] * v[n - 1] + v[1]
}
#[differentiate]
fn moves_in_loop(x: f64, n: usize) -> f64 {
    let mut v = vec![x];
    let mut s = x;
    for i in 0..n {
        let mut w = v;
        w.push(s * i as f64);
        s += take(w.clone(), s) * 0.01;
        if i % 2 == 0 {
            v = w;
        } else {
            v = vec![s];
        }
    }
    s + v[0]
}
#[differentiate]
fn tuple_argument(p: (f64, f64), k: [f64; 2]) -> (f64, [f64; 2]) {
    (p.0 * p.1 + k[0], [p.0 * k[1], k[0] * k[0]])
}
#[differentiate]
fn tuple_caller(x: f64, y: f64) -> f64 {
    let mut k = [x, y];
    let mut p = (x * y, y);
    let mut s = 0.0;
    for i in 0..3 {
        let (a, b) = tuple_argument(p, k);
        p.0 = a * 0.5;
        k = b;
        s += p.0 * k[1];
        k[i % 2] += 0.1;
    }
    s
}
#[differentiate]
fn constant_written(#[constant] v: &mut [f64], x: f64) -> f64 {
    v[0] *= x;
    v[1] = x * x + v[0];
    v[0] * v[1]
}
#[differentiate]
fn constant_by_value(#[constant] mut c: f64, x: f64) -> f64 {
    c *= x;
    c += x;
    c * x
}
#[differentiate]
fn constant_vec(#[constant] mut c: Vec<f64>, x: f64) -> f64 {
    c[0] = x * c[1];
    c.push(x);
    c[0] * c[2]
}
#[differentiate]
fn mut_by_value(mut a: [f64; 2], mut v: Vec<f64>, mut x: f64) -> f64 {
    x *= a[0];
    a[1] = x * v[0];
    v[0] = a[1];
    v.push(x);
    a = [v[0], a[1] * v[1]];
    a[0] * a[1] * x
}
#[differentiate]
fn nothing() -> f64 {
    2.0
}
#[differentiate]
fn many(a: f64, b: f64, c: f64, d: f64, e: f64, f: f64, g: f64, h: f64, i: f64, j: f64, k: f64, l: f64) -> f64 {
    a * b + c * d + e * f + g * h + i * j + k * l
}
#[differentiate]
fn fourteen(
    a: f64,
    b: f64,
    c: f64,
    d: f64,
    e: f64,
    f: f64,
    g: f64,
    h: f64,
    i: f64,
    j: f64,
    k: f64,
    l: f64,
    m: f64,
    n: f64,
) -> f64 {
    a * b + c * d + e * f + g * h + i * j + k * l * m * n
}
#[differentiate]
fn generic_const<const N: usize>(x: [f64; N], y: &[[f64; N]; 2]) -> [f64; N] {
    let mut o = [0.0; N];
    for i in 0..N {
        o[i] = x[i] * y[0][i] + y[1][N - 1 - i] * o[i.saturating_sub(1)];
    }
    o
}
#[differentiate]
fn buffer_between(x: f64) -> f64 {
    let mut buf = [x, 1.0, 2.0];
    let mut s = 0.0;
    for i in 0..3 {
        s += dot(&buf, &buf[..2]);
        buf[i] = s * 0.1;
        buf.swap(0, i);
        s *= dot(&[s, x], &buf);
    }
    s
}
#[differentiate]
fn mixed_f32(x: f64, y: f32) -> f64 {
    let a = x as f32 * y;
    let b = (a as f64).sin() * x;
    b as f32 as f64 * y as f64 + a.powi(2) as f64
}
#[differentiate]
fn returns_mixed(x: &[f64], n: usize) -> (f64, usize, [f64; 2], Vec<f64>) {
    let mut k = 0;
    for (i, v) in x.iter().enumerate() {
        if *v > x[k] {
            k = i;
        }
    }
    (x[k] * x[0], k + n, [x[0] * x[0], x[k]], x.iter().map(|v| v * x[k]).collect())
}
#[differentiate]
fn tuple_refs(p: (f64, usize), v: &[(f64, f64)]) -> f64 {
    let mut s = p.0;
    for (i, (a, b)) in v.iter().enumerate() {
        s += a * b * p.0 * (i + p.1) as f64;
    }
    s
}
#[differentiate]
fn vec_result(x: f64, n: usize) -> Vec<f64> {
    let mut v = Vec::new();
    for i in 0..n {
        v.push(x * i as f64);
    }
    v
}
#[differentiate]
fn uses_vec_result(x: f64) -> f64 {
    let mut v = vec_result(x, 3);
    let w = vec_result(v[1], 2);
    for k in 0..3 {
        v = vec_result(v[k % v.len()] + w[1], k + 1);
    }
    let n = v.len();
    v[n - 1] * w[1]
}
#[differentiate]
fn unused_result(x: &mut [f64], y: f64) {
    let _ = scale(x, y);
    scale(&mut x[..1], y * y);
    let _v = vec_result(y, 3);
    bump(&mut x[0], y);
}

#[test]
fn calls() {
    check!(same_twice, &[0.5, 0.7, 0.9]);
    check!(element_of_changed, &mut [0.5, 0.7, 0.9], 1.1);
    check!(scalar_alias, 0.7);
    check!(bump_scalars, 0.7, 4);
    check!(bump_scalars, 0.7, 0);
    check!(recursive_mut, &mut [0.5, 0.7, 0.9], 3, 1.2);
    check!(recursive_vec, vec![0.5, 0.9, 1.2, 0.7], 1);
    check!(moves_in_branch, 0.7, true);
    check!(moves_in_branch, 0.7, false);
    check!(moves_in_loop, 0.7, 4);
    check!(moves_in_loop, 0.7, 0);
    check!(tuple_caller, 0.7, 0.9);
    check!(mut_by_value, [0.5, 0.7], vec![0.9], 1.1);
    check!(many, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2);
    check!(buffer_between, 0.7);
    check!(returns_mixed, &[0.5, 0.9, 0.7], 1);
    check!(tuple_refs, (0.5, 1), &[(0.7, 0.9), (1.1, 0.2)]);
    check!(uses_vec_result, 0.7);
    check!(unused_result, &mut [0.5, 0.7], 0.9);
}

#[test]
fn other_types() {
    check!(mixed_f32, 0.7, 0.9; step = 1e-2, tolerance = 1e-2);
    check!(generic_const, [0.5, 0.7, 0.9], &[[0.1, 0.2, 0.3], [0.5, 0.6, 0.7]]);
}

#[test]
fn constants() {
    let mut v = [2.0, 3.0];
    assert_eq!(constant_written::grad(&mut v, 0.5), 2.0 * (0.25 + 1.0) + 1.0 * (1.0 + 2.0));
    assert_eq!(constant_by_value::grad(2.0, 0.5), 3.0 * 2.0 * 0.5);
    assert_eq!(constant_vec::grad(vec![1.0, 3.0], 0.5), 3.0);
}

#[test]
fn a_pullback_gives_the_same_again() {
    let (_, pullback) = returns_mixed::vjp(&[0.5, 0.9, 0.7], 1);
    let first = pullback((1.0, (), [0.5, 0.25], vec![1.0, 2.0, 3.0]));
    assert_eq!(first, pullback((1.0, (), [0.5, 0.25], vec![1.0, 2.0, 3.0])));
}
