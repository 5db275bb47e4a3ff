//! Buffers: repeated rows, moves, views, chunks, nested arrays.

#![allow(missing_docs, unused, non_snake_case, non_upper_case_globals, clippy::all)]

use ad_runtime::differentiate;
use ad_tests::check;

#[differentiate]
fn repeated_row(x: f64, y: f64) -> f64 {
    let row = vec![x, y];
    let m = vec![row; 3];
    m[0][0] * m[1][1] * m[2][0]
}
#[differentiate]
fn repeated_row_zero(x: f64, n: usize) -> f64 {
    let row = vec![x, x * x];
    let s = row[0];
    let m = vec![row; n];
    let mut t = s;
    for r in &m {
        t *= r[1];
    }
    t
}
#[differentiate]
fn repeated_row_array(x: f64, y: f64) -> f64 {
    let row = [x, y];
    let mut m = [row; 3];
    m[1] = [y, y];
    m[0][0] * m[1][1] * m[2][0]
}
#[differentiate]
fn repeated_tuple(x: f64, y: f64) -> f64 {
    let t = (x, [y, x]);
    let mut m = vec![t; 3];
    m[1].1[0] = 2.0;
    m[0].0 * m[1].0 * m[2].1[1] * m[1].1[0]
}
#[differentiate]
fn list_of_moved(x: f64, y: f64) -> f64 {
    let a = vec![x, y];
    let b = vec![y];
    let m = vec![a, b];
    let t = (m, x);
    t.0[0][1] * t.0[1][0] * t.1
}
#[differentiate]
fn pushed_rows(x: f64, n: usize) -> f64 {
    let mut m: Vec<Vec<f64>> = Vec::new();
    for i in 0..n {
        let mut r = Vec::with_capacity(2);
        for j in 0..=i {
            r.push(x * j as f64 + 1.0);
        }
        m.push(r);
        if i > 0 {
            let p = m[i - 1].clone();
            m[i][0] += p[i - 1];
        }
    }
    let mut s = 1.0;
    for r in &m {
        for v in r {
            s = s * 0.9 + v * v;
        }
    }
    s
}
#[differentiate]
fn moved_out_of_tuple(x: f64, y: f64) -> f64 {
    let t = (vec![x, y], vec![y]);
    let (a, b) = t;
    let mut c = a;
    c.push(b[0]);
    c[0] * c[2]
}
#[differentiate]
fn moved_early(x: f64, c: u8) -> Vec<f64> {
    let v = vec![x, x * x];
    let w = vec![x * 3.0];
    if c == 0 {
        return v;
    }
    if c == 1 {
        return w;
    }
    let mut u = v;
    u[0] *= w[0];
    u
}
#[differentiate]
fn ping_pong(x: &[f64], n: usize) -> Vec<f64> {
    let mut a = x.to_vec();
    let mut b = vec![0.0; a.len()];
    for k in 0..n {
        for i in 0..a.len() {
            b[i] = a[(i + 1) % a.len()] * a[i];
        }
        if k % 2 == 0 {
            std::mem::swap(&mut a, &mut b);
        } else {
            a = b.clone();
            b[0] = 1.0;
        }
    }
    a
}
#[differentiate]
fn swaps_rows(x: f64, y: f64, i: usize) -> f64 {
    let mut m = vec![vec![x, y], vec![y, 2.0, x], vec![1.0]];
    m.swap(0, i);
    let (l, r) = m.split_at_mut(1);
    l[0][0] *= r[1][0];
    m[2][0] *= m[1][0];
    m[0][0] * m[2][0] * m[1][1]
}
#[differentiate]
fn rotates(x: &mut [f64], k: f64) {
    x.reverse();
    let n = x.len();
    x[..n / 2].reverse();
    x.fill(k * x[0]);
    x[1] = k;
    x.swap(0, 1);
    let c = x.to_vec();
    x[1..].copy_from_slice(&c[..n - 1]);
}
#[differentiate]
fn overlapping(x: &mut [f64]) {
    let n = x.len();
    for i in 1..n {
        x[i] = x[i - 1] * x[i];
    }
    for i in (0..n - 1).rev() {
        let t = x[i];
        x[i] = x[i + 1].sin();
        x[i + 1] = t * x[i];
    }
    let (a, b) = x.split_at_mut(n / 2);
    for (p, q) in a.iter_mut().zip(b.iter()) {
        *p += q * *p;
    }
    for c in x.chunks_mut(2) {
        c[0] *= 2.0;
        let l = c.len();
        c[l - 1] += c[0];
    }
}
#[differentiate]
fn windows_chunks(x: &[f64], k: usize) -> f64 {
    let mut s = 0.0;
    for w in x.windows(k) {
        s += w[0] * w[k - 1];
    }
    for (i, c) in x.chunks(k).enumerate().rev() {
        s = s * 0.9 + c[c.len() - 1] * i as f64;
    }
    for c in x.chunks_exact(k).skip(1).step_by(2) {
        s += c[0] * s;
    }
    for (a, b) in x.iter().zip(x.iter().skip(1)).rev() {
        s += a * b * s;
    }
    for (i, v) in x.iter().rev().enumerate().skip(1).take(2) {
        s += v * i as f64 * s;
    }
    s
}
#[differentiate]
fn filters(x: &[f64]) -> f64 {
    let a: f64 = x.iter().filter(|v| **v > 0.6).map(|v| v * v).sum();
    let b: Vec<f64> = x.iter().copied().filter(|&v| v < 0.8).enumerate().map(|(i, v)| v * i as f64).collect();
    let c = x.iter().skip_while(|v| **v < 0.6).fold(1.0, |p, v| p * v);
    let d = x.iter().take_while(|v| **v < 0.8).zip(b.iter()).map(|(p, q)| p * q + 1.0).product::<f64>();
    let e = x.iter().fold(f64::NEG_INFINITY, |m, v| m.max(*v));
    let (g, h) = x.iter().fold((0.0, 1usize), |(s, n), v| (s + v * n as f64, n + 1));
    a * b[b.len() - 1] + c * d + e * g * h as f64
}
#[differentiate]
fn empty_reductions(x: &[f64]) -> f64 {
    let s: f64 = x.iter().sum();
    let p: f64 = x.iter().map(|v| v * 2.0).product();
    let m = x.iter().copied().fold(f64::INFINITY, f64::min);
    if x.is_empty() { s + p } else { s * p * m }
}
#[differentiate]
fn inner_arrays2(x: f64, k: usize) -> f64 {
    let mut a = [[[x; 2]; 3]; 2];
    a[1][k][0] = x * x;
    let r = a[1];
    a[0] = r;
    let b = a[0][k];
    a[0][k][0] = 7.0;
    let mut c = a;
    c[1][2] = b;
    c[0][0][1] += b[0];
    let mut s = 0.0;
    for p in c {
        for q in p {
            for v in q {
                s = s * 0.5 + v;
            }
        }
    }
    s
}
#[differentiate]
fn pair(x: f64) -> [f64; 2] {
    [x, x * x]
}
#[differentiate]
fn repeated_results(x: f64) -> f64 {
    let m = [pair(x); 3];
    let v = vec![pair(x); 2];
    m[0][0] * m[1][1] * m[2][0] + v[0][1] * v[1][0]
}
#[differentiate]
fn rows_resized(x: f64, y: f64) -> f64 {
    let mut m = vec![vec![x, y]; 2];
    let row = vec![y, x * y];
    m.resize(4, row);
    m[3][1] *= x;
    let s = m[3][1] * m[2][1] * m[0][0];
    m.resize(1, vec![]);
    m.resize(3, vec![s, x]);
    s * m[0][1] + m[2][0] * m[1][1]
}
#[differentiate]
fn rows_of_arrays_resized(x: f64, y: f64) -> f64 {
    let mut m = vec![[x, y]; 2];
    m.resize(4, [y, x * y]);
    m[3][1] *= x;
    let s = m[3][1] * m[2][1] * m[0][0];
    m.truncate(1);
    m.resize(3, [s, x]);
    m.pop();
    s * m[0][1] + m[1][1]
}
#[differentiate]
fn rows_popped_in_loop(x: f64, n: usize) -> f64 {
    let mut m = vec![vec![x]];
    let mut s = x;
    for i in 0..n {
        if i % 3 == 2 {
            let k = m.len();
            s += m[k - 1][0] * m[k - 1][m[k - 1].len() - 1];
            m.pop();
        } else {
            m.push(vec![s * x; i + 1]);
            s = s * 0.5 + m[0][0];
        }
    }
    s
}

#[test]
fn buffers() {
    check!(repeated_row, 0.7, 0.9);
    check!(repeated_row_zero, 0.7, 2);
    check!(repeated_row_zero, 0.7, 0);
    check!(repeated_row_array, 0.7, 0.9);
    check!(repeated_tuple, 0.7, 0.9);
    check!(list_of_moved, 0.7, 0.9);
    check!(pushed_rows, 0.7, 4);
    check!(pushed_rows, 0.7, 0);
    check!(moved_out_of_tuple, 0.7, 0.9);
    check!(moved_early, 0.7, 0);
    check!(moved_early, 0.7, 2);
    check!(ping_pong, &[0.5, 0.7, 0.9], 4);
    check!(ping_pong, &[0.5, 0.7, 0.9], 0);
    check!(swaps_rows, 0.7, 0.9, 1);
    check!(swaps_rows, 0.7, 0.9, 0);
    check!(rotates, &mut [0.5, 0.7, 0.9, 1.1], 1.3);
    check!(overlapping, &mut [0.5, 0.7, 0.9, 1.1, 0.3]);
    check!(windows_chunks, &[0.5, 0.7, 0.9, 1.1, 0.3], 2);
    check!(windows_chunks, &[0.5, 0.7], 3);
    check!(filters, &[0.5, 0.7, 0.9, 0.75]);
    check!(inner_arrays2, 0.7, 1);
    check!(empty_reductions, &[0.5, 0.7]);
}

#[test]
fn resized() {
    check!(repeated_results, 0.7);
    check!(rows_resized, 0.7, 0.9);
    check!(rows_of_arrays_resized, 0.7, 0.9);
    check!(rows_popped_in_loop, 0.7, 8);
    check!(rows_popped_in_loop, 0.7, 0);
}

#[test]
fn empty() {
    assert_eq!(empty_reductions(&[]), 1.0);
    assert_eq!(empty_reductions::grad(&[]), Vec::<f64>::new());
}
