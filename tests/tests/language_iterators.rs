//! The language accepted: closures and iterator chains.

#![allow(missing_docs, clippy::all)]

use ad_runtime::differentiate;
use ad_tests::check;

#[differentiate]
fn named_closures(x: f64, y: f64, n: usize) -> f64 {
    let square = |v: f64| v * v;
    let scaled = |v| square(v) * y + x;
    let pick = |v: f64, up: bool| {
        if up {
            return v * 2.0;
        }
        let w = v.sin();
        w * x
    };
    let pair = |(a, b): (f64, f64), [c, d]: [f64; 2]| (a * c, b * d);
    let constant = || x * 0.5;
    let (p, q) = pair((x, y), [square(y), 2.0]);
    let mut s = scaled(x) + pick(y, n > 2) + pick(x, n > 3) * constant() + p * q;
    for i in 0..n {
        let shift = |v: f64| v + i as f64 * x;
        s += shift(s * 0.1);
    }
    s
}

#[differentiate]
fn assigning_closures(x: &[f64], k: f64) -> f64 {
    let mut total = 0.0;
    let mut count = 0;
    let mut buffer = vec![0.0; x.len()];
    let mut add = |i: usize, v: f64| {
        total += v * k;
        count += 1;
        buffer[i] = v * total;
    };
    for (i, v) in x.iter().enumerate() {
        add(i, *v);
        if *v > 1.0 {
            add(0, v.sin());
        }
    }
    total * count as f64 + buffer.iter().sum::<f64>()
}

#[differentiate]
fn slices_in_closures(m: &[f64], n: usize) -> f64 {
    let at = |i: usize, j: usize| m[i * n + j];
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
    let row = |i: usize| &m[i * n..(i + 1) * n];
    at(0, 1) * at(1, 0) + dot(row(0), row(1)) + dot(&m[..n], &m[1..n + 1])
}

#[test]
fn closures() {
    for n in [0, 3, 4] {
        check!(named_closures, 0.6, 1.2, n);
    }
    check!(assigning_closures, &[0.5, 1.5, 0.7], 1.3);
    check!(slices_in_closures, &[0.5, 1.5, 0.7, 2.0], 2);
}

#[differentiate]
fn sums(x: &[f64], y: Vec<f64>, a: [f64; 3]) -> f64 {
    let mut s: f64 = x.iter().sum();
    s += x.iter().copied().sum::<f64>();
    s += x.iter().cloned().product::<f64>();
    let p: f64 = a.iter().product();
    s += p + x.iter().map(|v| v * v).product::<f64>();
    s += a.into_iter().map(|v| v.exp()).sum::<f64>();
    s += (0..x.len()).map(|i| x[i] * i as f64).sum::<f64>();
    s += (1..=3).map(|k| s / k as f64).sum::<f64>();
    s += (1..=3).map(|k| k as f64).product::<f64>() * s;
    s + y.into_iter().sum::<f64>()
}

#[differentiate]
fn adaptors(x: &[f64], y: &[f64]) -> f64 {
    let mut s = 0.0;
    for (i, (a, b)) in x.iter().zip(y.iter()).enumerate() {
        s += a * b * i as f64;
    }
    for v in x.iter().rev().skip(1).take(2) {
        s = s * v + 1.0;
    }
    for v in x.iter().step_by(2) {
        s += v * v;
    }
    for (a, b) in x.iter().rev().zip(y) {
        s += a / b;
    }
    for (i, v) in x.iter().enumerate().rev() {
        s += v * s * i as f64 * 0.1;
    }
    for (i, v) in x.iter().rev().enumerate().skip(1).step_by(2) {
        s -= v * i as f64;
    }
    for (a, b) in x.iter().zip(x.iter().skip(1)) {
        s += a * b;
    }
    for v in x.iter().chain(y.iter()) {
        s += v.sin();
    }
    for i in (0..x.len()).rev().skip(1) {
        s += x[i] * y[i] * s * 0.01;
    }
    s
}

#[differentiate]
fn filters(x: &[f64], limit: f64) -> f64 {
    let s: f64 = x.iter().filter(|v| **v > limit).map(|v| v * limit).sum();
    let t: f64 = x.iter().copied().filter(|&v| v < limit).map(|v| v * v).sum();
    let n = x.iter().filter(|&&v| v > limit).count();
    let mut u = 1.0;
    for v in x.iter().filter(|v| v.abs() < limit) {
        u *= v + s;
    }
    let w: f64 = x.iter().enumerate().filter(|(i, _)| i % 2 == 0).map(|(_, v)| v.cos()).sum();
    let z: f64 = x.iter().take_while(|v| **v < limit).sum::<f64>()
        + x.iter().skip_while(|v| **v < limit).map(|v| v * v).sum::<f64>();
    s * t + n as f64 * limit + u * w + z
}

#[differentiate]
fn folds(x: &[f64]) -> f64 {
    let p = x.iter().fold(1.0, |acc, v| acc * v);
    let m = x.iter().fold(f64::INFINITY, |a, &b| a.min(b));
    let big = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let (s, q) = x.iter().fold((0.0, 0.0), |(s, q), &v| (s + v, q + v * v));
    let h = x.iter().rev().fold(0.0, |h, c| h * 0.7 + c);
    let nested = x.iter().map(|a| x.iter().map(|b| a * b).sum::<f64>()).fold(0.0, |a, b| a + b * b);
    let [lo, hi] = x.iter().fold([0.0, 1.0], |[lo, hi], v| [lo + v, hi * v]);
    p * m + big * s - q / h + nested + lo * hi
}

#[differentiate]
fn effects(x: &[f64], out: &mut [f64], k: f64) -> f64 {
    let mut s = 0.0;
    x.iter().for_each(|v| s += v * k);
    out.iter_mut().for_each(|o| *o *= s);
    out.iter_mut().zip(x).for_each(|(o, v)| *o += v * k);
    out.iter_mut().enumerate().for_each(|(i, o)| *o *= i as f64 + 1.0);
    (0..x.len()).for_each(|i| out[i] -= x[i] * s);
    for o in out.iter_mut().rev().take(2) {
        *o = o.sin();
    }
    for (o, v) in out.iter_mut().skip(1).zip(x.iter()) {
        *o *= v;
    }
    s
}

#[differentiate]
fn collects(x: &[f64], n: usize) -> Vec<f64> {
    let a: Vec<f64> = x.iter().map(|v| v * v).collect();
    let b = a.iter().zip(x).map(|(p, q)| p * q).collect::<Vec<f64>>();
    let c: Vec<_> = b.iter().copied().filter(|v| *v > 0.1).collect();
    let d: Vec<f64> = (0..n).map(|i| i as f64 * x[0]).collect();
    let pairs: Vec<(f64, usize)> = x.iter().copied().enumerate().map(|(i, v)| (v, i)).collect();
    let rows: Vec<Vec<f64>> = x.iter().map(|v| vec![*v, v * 2.0]).collect();
    let mut out = a.clone();
    out.extend(b.iter().rev());
    out.extend(c);
    out.extend(d.iter().map(|v| v * v));
    for (v, i) in &pairs {
        out.push(v * *i as f64);
    }
    out.push(rows.iter().map(|r| r[0] * r[1]).sum());
    let e = x.to_vec();
    out.extend_from_slice(&e);
    out
}

#[differentiate]
fn nested(m: &[Vec<f64>], x: &[f64]) -> Vec<f64> {
    m.iter().map(|row| row.iter().zip(x).map(|(a, b)| a * b).sum::<f64>().tanh()).collect()
}

#[test]
fn iterator_chains() {
    check!(sums, &[0.5, 1.5, 0.7], vec![0.3, 0.2], [0.1, 0.2, 0.3]);
    check!(adaptors, &[0.5, 1.5, 0.7, 2.0], &[1.1, 0.9, 0.8, 0.4]);
    check!(filters, &[0.5, 1.5, 0.7, 2.0, 0.1], 1.0);
    check!(folds, &[0.5, 1.5, 0.7, 2.0]);
    check!(effects, &[0.5, 1.5, 0.7], &mut [0.3, 0.4, 0.6], 1.2);
    check!(collects, &[0.5, 1.5, 0.7], 2);
    check!(nested, &[vec![0.5, 1.5], vec![0.7, 0.2]], &[1.1, 0.9]);
}

#[differentiate]
fn extremes(x: &[f64]) -> (f64, f64, f64) {
    let max = x.iter().cloned().fold(f64::NEG_INFINITY, f64::max);
    let min = x.iter().fold(f64::INFINITY, |a, b| a.min(*b));
    let mut spread = 0.0;
    for v in x {
        let d = (v - max).abs();
        if d > spread {
            spread = d;
        }
    }
    (max, min, spread)
}

#[differentiate]
fn quantifiers(x: &[f64], k: f64) -> f64 {
    if x.iter().any(|v| *v > k) {
        x[0] * k
    } else if x.iter().all(|v| v.is_finite()) {
        x.iter().sum::<f64>() - k
    } else {
        k
    }
}

#[test]
fn extremes_and_quantifiers() {
    check!(extremes, &[0.5, 1.5, -0.7]);
    check!(quantifiers, &[0.5, 1.5, -0.7], 1.0);
    check!(quantifiers, &[0.5, 1.5, -0.7], 3.0);
}

#[test]
fn empty_sequences() {
    assert_eq!(extremes::vjp(&[]).1((1.0, 1.0, 1.0)), []);
    check!(sums, &[], vec![], [0.1, 0.2, 0.3]);
    check!(filters, &[], 1.0);
    check!(quantifiers, &[], 1.0);
    check!(effects, &[], &mut [], 1.2);
    check!(nested, &[vec![], vec![0.7]], &[1.1, 0.9]);
    assert_eq!(nested::vjp(&[], &[1.0]).1(&[]), (vec![], vec![0.0]));
    assert_eq!(folds::value_and_grad(&[]).1, []);
}
