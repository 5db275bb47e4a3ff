//! The language accepted: functions that call themselves, and cycles.

#![allow(missing_docs, clippy::all)]

use ad_runtime::differentiate;
use ad_tests::check;

#[differentiate]
fn power(x: f64, n: u32) -> f64 {
    if n == 0 {
        1.0
    } else if n % 2 == 0 {
        power(x * x, n / 2)
    } else {
        x * power(x, n - 1)
    }
}

#[differentiate]
fn merge(x: &[f64]) -> f64 {
    match x {
        [] => 0.0,
        [a] => a.sin(),
        _ => {
            let (l, r) = x.split_at(x.len() / 2);
            merge(l) * merge(r) + x[0]
        }
    }
}

#[differentiate]
fn fft_like(v: &mut [f64], w: f64) {
    if v.len() < 2 {
        v[0] *= w;
        return;
    }
    let h = v.len() / 2;
    fft_like(&mut v[..h], w * w);
    fft_like(&mut v[h..], w);
    for i in 0..h {
        let (a, b) = (v[i], v[i + h]);
        v[i] = a + w * b;
        v[i + h] = a - b * a;
    }
}

#[differentiate]
fn determinant(m: &[Vec<f64>]) -> f64 {
    let n = m.len();
    if n == 1 {
        return m[0][0];
    }
    let mut det = 0.0;
    let mut sign = 1.0;
    for j in 0..n {
        let mut minor = Vec::new();
        for i in 1..n {
            let mut row = Vec::new();
            for k in 0..n {
                if k != j {
                    row.push(m[i][k]);
                }
            }
            minor.push(row);
        }
        det += sign * m[0][j] * determinant(&minor);
        sign = -sign;
    }
    det
}

#[test]
fn self_recursion() {
    for n in 0..6 {
        check!(power, 1.3, n);
    }
    check!(merge, &[0.5, 0.7, 0.9, 1.1, 1.3]);
    check!(fft_like, &mut [0.5, 0.7, 0.9, 1.1], 0.8);
    check!(determinant, &[vec![1.0, 2.0, 0.5], vec![0.3, 1.5, 0.7], vec![0.9, 0.2, 1.1]]; step = 1e-6);
}

#[differentiate(recursive)]
fn even(x: f64, n: u32) -> f64 {
    if n == 0 {
        return x;
    }
    x * odd(x + 0.1, n - 1)
}

#[differentiate]
fn odd(x: f64, n: u32) -> f64 {
    if n == 0 {
        return x.sin();
    }
    even(x * x, n - 1) + x
}

#[differentiate(recursive)]
fn down(v: &mut Vec<f64>, n: usize) {
    if n > 0 {
        v[0] *= v[1];
        up(v, n - 1);
    }
}

#[differentiate]
fn up(v: &mut Vec<f64>, n: usize) {
    if n > 0 {
        v[1] += v[0].sin();
        down(v, n - 1);
    }
}

#[test]
fn cycles_of_two_functions() {
    for n in 0..5 {
        check!(even, 0.7, n);
        check!(odd, 0.7, n);
        check!(down, &mut vec![0.7, 0.9], n as usize);
        check!(up, &mut vec![0.7, 0.9], n as usize);
    }
}
