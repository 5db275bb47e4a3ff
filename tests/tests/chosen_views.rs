//! References chosen at run time among views of one variable: as results, and inside functions.

#![allow(missing_docs, clippy::all)]

use ad_runtime::differentiate;
use ad_tests::check;

#[differentiate]
fn middle(x: &[f64]) -> &[f64] {
    if x.len() > 2 { &x[1..3] } else { x }
}

#[differentiate]
fn early(x: &[f64], k: usize) -> &[f64] {
    if k == 0 {
        return x;
    }
    for i in 0..x.len() {
        if x[i] > 0.5 {
            return &x[i..];
        }
    }
    &x[..k]
}

#[differentiate]
fn three(x: &[f64], k: i32) -> &[f64] {
    match k {
        0 => x,
        1 => &x[1..3],
        2 => &x[1..][1..=2],
        _ => &x[1..],
    }
}

#[differentiate]
fn row(m: &[Vec<f64>], i: usize) -> &[f64] {
    if i > 1 {
        return &m[0];
    }
    if i == 1 { &m[i][1..] } else { &m[2] }
}

#[differentiate]
fn array(m: &[[f64; 2]; 3], i: usize) -> &[f64; 2] {
    if i > 1 {
        return &m[0];
    }
    &m[i]
}

#[differentiate]
fn tuple(x: &[f64], c: bool) -> (&[f64], f64) {
    if c {
        return (&x[1..], x[0] * x[0]);
    }
    (x, x[1].sin())
}

#[differentiate]
fn caller(x: &[f64], k: i32) -> f64 {
    let v = three(x, k);
    v[0] * v[1] + middle(x)[1] * 3.0
}

#[differentiate]
fn inside(x: &[f64], c: bool, d: bool) -> f64 {
    let p = if c { &x[1..] } else { x };
    let q = if d { &p[1..3] } else { &x[..2] };
    let mut s = 0.0;
    for (a, b) in p.iter().zip(q) {
        s += a * b * b;
    }
    for w in p.chunks_exact(2) {
        s += w[0] * w[1].sin();
    }
    s + p.windows(2).skip(1).map(|w| w[0] * w[1]).sum::<f64>() + p[0] * q.len() as f64
}

#[differentiate]
fn written(x: &mut [f64], c: bool, a: f64) -> f64 {
    let t = if c { &mut x[1..] } else { &mut x[..2] };
    for v in t.iter_mut() {
        *v *= *v * a;
    }
    t[0] *= a;
    t[1] + a
}

#[differentiate]
fn from_a_loop(x: &[f64], limit: f64) -> f64 {
    let mut i = 0;
    let tail = loop {
        if x[i] > limit {
            break &x[i..];
        }
        i += 1;
        if i == x.len() {
            break &x[..1];
        }
    };
    tail[0] * tail[0] * limit + tail.len() as f64 * x[0]
}

#[differentiate]
fn from_a_closure(x: &[f64], c: bool) -> f64 {
    let part = |k: usize| {
        if k > 1 {
            return &x[k..];
        }
        x
    };
    let p = part(if c { 2 } else { 0 });
    p[0] * p[1] + part(1)[0]
}

#[test]
fn results() {
    check!(middle, &[0.3, 0.5, -0.2, 0.7]);
    check!(middle, &[0.3, 0.5]);
    check!(early, &[0.3, 0.6, -0.2, 0.7], 0);
    check!(early, &[0.3, 0.6, -0.2, 0.7], 2);
    check!(early, &[0.3, 0.4, -0.2, 0.1], 2);
    for k in 0..4 {
        check!(three, &[0.3, 0.5, -0.2, 0.7], k);
        check!(caller, &[0.3, 0.5, -0.2, 0.7, 1.3], k);
    }
    for i in 0..3 {
        check!(row, &[vec![0.3, 0.5], vec![0.1, 0.2, 0.4], vec![0.7]], i);
        check!(array, &[[0.3, 0.5], [0.1, 0.2], [0.4, 0.7]], i);
    }
    check!(tuple, &[0.3, 0.5, -0.2], true);
    check!(tuple, &[0.3, 0.5, -0.2], false);
}

#[test]
fn inside_of_functions() {
    for (c, d) in [(true, true), (true, false), (false, true), (false, false)] {
        check!(inside, &[0.3, 0.5, -0.2, 0.7, 0.9], c, d);
    }
    check!(written, &mut [0.3, 0.5, -0.2, 0.7], true, 0.6);
    check!(written, &mut [0.3, 0.5, -0.2, 0.7], false, 0.6);
    check!(from_a_loop, &[0.3, 0.5, -0.2, 0.7], 0.4);
    check!(from_a_loop, &[0.3, 0.5, -0.2, 0.7], 0.8);
    check!(from_a_closure, &[0.3, 0.5, -0.2, 0.7], true);
    check!(from_a_closure, &[0.3, 0.5, -0.2, 0.7], false);
}

#[test]
#[should_panic(expected = "out of range")]
fn a_part_that_is_not_there() {
    let _ = inside::grad(&[0.3, 0.5], true, true);
}
