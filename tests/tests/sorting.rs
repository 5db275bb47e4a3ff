//! Sorting: the cotangent of an element goes back to where the element came from.

#![allow(missing_docs, clippy::all)]

use ad_runtime::differentiate;
use ad_tests::check;

#[differentiate]
fn sorted(x: &[f64]) -> Vec<f64> {
    let mut v = x.to_vec();
    v.sort_by(|a, b| a.partial_cmp(b).unwrap());
    v
}

#[differentiate]
fn ways(x: &[f64], k: f64) -> f64 {
    let mut a = x.iter().map(|v| v * k).collect::<Vec<_>>();
    a.sort_by(f64::total_cmp);
    let mut b = x.to_vec();
    b.sort_unstable_by(|p, q| q.abs().total_cmp(&p.abs()));
    let mut c: Vec<(f64, usize)> = x.iter().enumerate().map(|(i, v)| (v.sin(), i)).collect();
    c.sort_by(|p, q| p.0.partial_cmp(&q.0).unwrap().then(q.1.cmp(&p.1)));
    let mut idx: Vec<usize> = (0..x.len()).collect();
    idx.sort_by(|&i, &j| x[j].partial_cmp(&x[i]).unwrap());
    let mut d = [x[0], x[1] * k, x[2], x[0] * x[1]];
    d[1..].sort_by(|p, q| (p * k).total_cmp(&(q * k)));
    let mut e = x.to_vec();
    e.sort_by_key(|v| (v * 2.0) as i64);
    let mut s = 0.0;
    for (i, v) in a.iter().enumerate() {
        s += v * b[i] * (i + 1) as f64 + c[i].0 * c[i].1 as f64;
        s *= 1.0 + x[idx[i]] * 0.1;
    }
    s + d[0] * d[1] - d[2] * d[3] + e.iter().enumerate().map(|(i, v)| v * v * i as f64).sum::<f64>()
}

#[differentiate]
fn in_place(u: &mut [f64], k: f64) {
    u.sort_by(|a, b| b.partial_cmp(a).unwrap());
    for (i, v) in u.iter_mut().enumerate() {
        *v *= k + i as f64;
    }
    let n = u.len();
    u[..n / 2].sort_by(|a, b| a.total_cmp(b));
}

#[differentiate]
fn in_loops(x: &[f64], n: usize) -> f64 {
    let mut v = x.to_vec();
    let mut s = 0.0;
    for i in 0..n {
        v.sort_by(|a, b| a.partial_cmp(b).unwrap());
        let median = v[v.len() / 2];
        if i % 2 == 0 {
            v[0] *= median;
        } else {
            let mut w: Vec<_> = v.iter().map(|a| (a - median).abs()).collect();
            w.sort_unstable_by(|a, b| a.partial_cmp(b).unwrap());
            s += w[w.len() / 2] * w[0];
        }
        s = s * 0.5 + v[0] * v[v.len() - 1];
    }
    s
}

#[differentiate]
fn rows(m: &[Vec<f64>]) -> f64 {
    let mut r = m.to_vec();
    r.sort_by(|a, b| a[0].partial_cmp(&b[0]).unwrap());
    let mut lens: Vec<usize> = m.iter().map(|v| v.len()).collect();
    lens.sort();
    let mut by_len = m.to_vec();
    by_len.sort_by_key(|v| v.len());
    r.iter().enumerate().map(|(i, v)| v.iter().sum::<f64>() * (i + 1) as f64).sum::<f64>() * lens[1] as f64
        + by_len[0][0] * by_len[2][1]
}

#[test]
fn sorts() {
    let x = [1.3, -0.4, 2.2, 0.9, -1.7, 0.1];
    for n in 0..=6 {
        if n > 0 {
            check!(sorted, &x[..n]);
            check!(in_place, &mut x[..n].to_vec()[..], 0.6);
        }
        if n > 2 {
            check!(ways, &x[..n], 0.7);
        }
        check!(in_loops, &x[..], n);
    }
    check!(rows, &vec![vec![1.5, 0.3], vec![0.7, 1.1, 0.2], vec![0.9]][..]);
    // Of equal elements the earlier stays in front.
    let (y, pullback) = sorted::vjp(&[2.0, 1.0, 2.0, 1.0]);
    assert_eq!((y, pullback(&[1.0, 2.0, 3.0, 4.0])), (vec![1.0, 1.0, 2.0, 2.0], vec![3.0, 1.0, 4.0, 2.0]));
}

/// Many lengths, against std's own order.
#[test]
fn as_std_sorts() {
    let mut seed = 1u64;
    for n in 0..40 {
        let x: Vec<f64> = (0..n)
            .map(|_| {
                seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                ((seed >> 60) as f64) * 0.5
            })
            .collect();
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by(|&i, &j| x[i].partial_cmp(&x[j]).unwrap());
        let seeds: Vec<f64> = (0..n).map(|k| k as f64).collect();
        let (y, pullback) = sorted::vjp(&x);
        assert_eq!(y, sorted(&x));
        let g = pullback(&seeds);
        for (k, &i) in order.iter().enumerate() {
            assert_eq!(g[i], k as f64);
        }
    }
}
