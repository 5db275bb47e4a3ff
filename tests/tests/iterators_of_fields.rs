//! Iterators, options and sorts over fields, arrays, parts and rows, in closures, branches and methods.

#![allow(missing_docs, clippy::all)]

use ad_runtime::{Differentiable, differentiate};
use ad_tests::check;

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Series {
    xs: Vec<f64>,
    pair: [f64; 3],
    scale: f64,
}

#[differentiate]
impl Series {
    fn peak(&self, k: f64) -> f64 {
        let top = self.xs.iter().max_by(|a, b| a.partial_cmp(b).unwrap()).unwrap();
        let low = self.pair.iter().copied().min_by(|a, b| a.total_cmp(b)).unwrap();
        top * low * self.scale + k * self.xs.first().copied().unwrap_or(1.0)
    }
}

#[differentiate]
fn of_fields(s: &Series, k: f64) -> f64 {
    let last = s.xs.last().map_or(k, |v| v * s.scale);
    let mut sorted = s.xs.clone();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let mut it = s.xs.iter();
    let mut sum = 0.0;
    while let Some(v) = it.next() {
        sum = sum * 0.5 + v * s.scale;
        if let Some(w) = s.pair.get(it.len()) {
            sum += w * k;
        }
    }
    let running: f64 = s
        .pair
        .iter()
        .scan(s.scale, |acc, v| {
            *acc *= v;
            Some(*acc)
        })
        .sum();
    last + sorted[0] * sorted[1] + sum * running
}

#[differentiate]
fn changed_fields(mut s: Series, k: f64) -> f64 {
    s.xs.sort_by(|a, b| a.partial_cmp(b).unwrap());
    if let Some(v) = s.xs.first_mut() {
        *v *= k;
    }
    if let Some(v) = s.pair.iter_mut().max_by(|a, b| a.total_cmp(b)) {
        *v += k * k;
    }
    for v in s.xs.iter_mut().skip(1).filter(|v| **v < 2.0) {
        *v = v.sin() * s.scale;
    }
    s.xs.iter().chain(&s.pair).enumerate().map(|(i, v)| v * (i + 1) as f64).sum()
}

#[differentiate]
fn in_closures(x: &[f64], k: f64) -> f64 {
    let nearest = |t: f64| x.iter().min_by(|a, b| (*a - t).abs().total_cmp(&(*b - t).abs())).copied();
    let first_above = |t: f64| -> Option<f64> {
        let i = x.iter().position(|v| *v > t)?;
        Some(x[i] * k)
    };
    let mut total = 0.0;
    let mut hits = 0;
    let mut note = |v: Option<f64>| {
        if let Some(v) = v {
            total += v * v * k;
            hits += 1;
        }
    };
    for t in [0.2, 1.0, 5.0] {
        note(nearest(t));
        note(first_above(t));
    }
    total * hits as f64
}

#[differentiate]
fn in_branches(x: &[f64], k: f64, way: usize) -> f64 {
    let picked = match way {
        0 => x.first(),
        1 => x.iter().max_by(|a, b| a.total_cmp(b)),
        2 => x.get(way + 5),
        3 => None,
        _ => x.iter().find(|v| **v < k),
    };
    let also = if way > 1 { x[1..].last().copied() } else { Some(k * k) };
    let row = if k > 1.0 { x.get(..2) } else { x.get(1..) };
    let inner = match (picked, also) {
        (Some(a), Some(b)) => a * b,
        (None, Some(b)) => b * k,
        (Some(a), None) => *a,
        (None, None) => 1.0,
    };
    let length = row.map_or(0, |r| r.len());
    inner + row.and_then(|r| r.first()).copied().unwrap_or(k) * length as f64
}

#[differentiate]
fn over_parts(m: &[[f64; 3]; 2], k: f64) -> f64 {
    let mut w = *m;
    for row in w.iter_mut() {
        row[1..].sort_by(|a, b| b.partial_cmp(a).unwrap());
        let top = row.iter().copied().reduce(f64::max).unwrap();
        for v in row.iter_mut() {
            *v = (*v - top).exp() * k;
        }
    }
    let best = w.iter().max_by(|a, b| a[0].total_cmp(&b[0])).unwrap();
    let column: Vec<f64> = w.iter().map(|r| r[1]).collect();
    let by_sum = (0..2).min_by(|&i, &j| {
        let (p, q): (f64, f64) = (w[i].iter().sum(), w[j].iter().sum());
        p.partial_cmp(&q).unwrap()
    });
    best.iter().sum::<f64>() * column.last().unwrap() + w[by_sum.unwrap()][2]
}

#[differentiate]
fn integers(x: &[f64], n: usize) -> f64 {
    let mut s = 0.0;
    let mut at = n.checked_sub(2);
    while let Some(i) = at {
        s += x.get(i).map_or(0.5, |v| v * v);
        at = i.checked_sub(2);
    }
    s * x[0]
}

#[test]
fn fields() {
    let s = Series { xs: vec![1.3, 0.4, 2.2, 0.9], pair: [0.8, 1.6, 0.5], scale: 1.2 };
    let k = 0.7;
    check!(of_fields, &s, k);
    check!(changed_fields, s.clone(), k);
    let (value, (of_self, of_k)) = s.peak_value_and_grad(k);
    assert_eq!(value, s.peak(k));
    assert_eq!(of_self, Series { xs: vec![k, 0.0, 0.5 * 1.2, 0.0], pair: [0.0, 0.0, 2.2 * 1.2], scale: 2.2 * 0.5 });
    assert_eq!(of_k, 1.3);
}

#[test]
fn everywhere() {
    let x = [1.3, 0.4, 2.2, 0.9];
    for k in [0.6, 1.7] {
        check!(in_closures, &x[..], k);
        for way in 0..5 {
            check!(in_branches, &x[..], k, way);
        }
        check!(over_parts, &[[0.3, 1.2, 0.7], [0.9, 0.2, 1.1]], k);
    }
    for n in 0..7 {
        check!(integers, &x[..], n);
    }
}
