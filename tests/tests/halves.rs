//! Recursion on the halves of a slice, by value and in place; closures that assign what they capture.

#![allow(missing_docs, clippy::all)]

use ad_runtime::differentiate;
use ad_tests::check;

#[differentiate]
fn pairwise(x: &[f64]) -> f64 {
    if x.len() < 3 {
        x.iter().map(|v| v * v).sum()
    } else {
        let (a, b) = x.split_at(x.len() / 2);
        pairwise(a) + pairwise(b)
    }
}

#[differentiate]
fn tournament(x: &[f64], k: f64) -> Option<f64> {
    match x {
        [] => None,
        [v] => Some(v * k),
        _ => {
            let m = x.len() / 2;
            let (a, b) = (tournament(&x[..m], k)?, tournament(&x[m..], k)?);
            Some(if a > b { a * k + b * 0.1 } else { b * k + a * 0.1 })
        }
    }
}

#[differentiate]
fn haar(u: &mut [f64], k: f64) {
    let n = u.len();
    if n < 2 {
        return;
    }
    let (a, b) = u.split_at_mut(n / 2);
    haar(a, k);
    haar(b, k);
    for (p, q) in a.iter_mut().zip(b.iter_mut()) {
        let s = (*p + *q) * k;
        *q = *p - *q;
        *p = s;
    }
}

#[differentiate]
fn merge_sorted(u: &mut [f64]) {
    let n = u.len();
    if n < 2 {
        return;
    }
    let m = n / 2;
    merge_sorted(&mut u[..m]);
    merge_sorted(&mut u[m..]);
    let old = u.to_vec();
    let (mut left, mut right) = (old[..m].iter().peekable(), old[m..].iter().peekable());
    for v in u.iter_mut() {
        let from_left = match (left.peek(), right.peek()) {
            (Some(a), Some(b)) => **a <= **b,
            (a, _) => a.is_some(),
        };
        *v = if from_left { *left.next().unwrap() } else { *right.next().unwrap() };
    }
}

#[differentiate]
fn assigned(x: &[f64], k: f64) -> f64 {
    let mut acc = 0.0;
    x.iter().for_each(|v| acc += v * v * k);
    let mut p = x[0];
    let mut steps = 0;
    let mut step = |d: f64| {
        p += d * p;
        steps += 1;
        p > 3.0
    };
    step(k);
    for v in x {
        if step(*v * 0.3) {
            break;
        }
    }
    let more = step(acc * 0.1);
    if more { p * acc } else { p * steps as f64 }
}

#[test]
fn halves() {
    let x = [1.3, 0.4, 2.2, 0.9, -0.7, 1.1, 0.2];
    for n in 1..=7 {
        check!(pairwise, &x[..n]);
        check!(haar, &mut x[..n].to_vec()[..], 0.7);
        check!(merge_sorted, &mut x[..n].to_vec()[..]);
        for k in [0.4, 1.5] {
            check!(assigned, &x[..n], k);
            let (value, (g, g_k)) = tournament::value_and_grad(&x[..n], k).unwrap();
            assert_eq!(Some(value), tournament(&x[..n], k));
            let h = 1e-6;
            let d = (tournament(&x[..n], k + h).unwrap() - tournament(&x[..n], k - h).unwrap()) / (2.0 * h);
            assert!((d - g_k).abs() < 1e-7);
            let ahead = tournament::jvp((&x[..n], k), (&vec![1.0; n], 0.0)).unwrap();
            assert!((ahead.1 - g.iter().sum::<f64>()).abs() < 1e-12);
        }
    }
    assert_eq!(tournament::grad(&[], 1.0), None);
}
