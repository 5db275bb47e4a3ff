//! Elements that may not be there: `get`, `first`, `last`, `split_first`, and iterators that give one item or none.

#![allow(missing_docs, clippy::all)]

use ad_runtime::differentiate;
use ad_tests::check;
use std::cmp::Ordering;

#[differentiate]
fn gets(x: &[f64], i: usize) -> f64 {
    let mut s = 0.0;
    if let Some(v) = x.get(i) {
        s += v * v;
    }
    if let Some(&v) = x.get(i + 1) {
        s += v.sin();
    }
    s += match x.get(2 * i) {
        Some(v) if *v > 1.0 => v * 3.0,
        Some(v) => *v,
        None => 0.25,
    };
    for k in 0..4 {
        s *= x.get(k).unwrap_or(&0.5);
        s += x.get(k).map_or(1.0, |v| v * x[0]) + x.get(k + 1).copied().unwrap_or(0.1);
        let Some(v) = x.get(k + i) else { continue };
        s += v;
        let w = x.get(k).map(|v| v * v).filter(|w| *w > 1.0).unwrap_or(s);
        s += w * 0.5;
    }
    s
}

#[differentiate]
fn of_optional(x: &[f64], i: usize) -> Option<f64> {
    let a = x.get(i)?;
    let b = *x.last()?;
    let c = x.first().copied()?;
    let inner = |k: usize| {
        let v = x.get(k)?;
        Some(v * v)
    };
    let d = inner(i + 1).unwrap_or(2.0);
    Some(a * b + c * d)
}

#[differentiate]
fn as_result(x: &[f64], i: usize) -> Result<f64, usize> {
    let a = x.get(i).ok_or(i)?;
    let b = x.iter().find(|v| **v > 1.0).ok_or_else(|| 7usize)?;
    Ok(a * b)
}

#[differentiate]
fn returned(x: &[f64], i: usize) -> Option<f64> {
    if i > 2 {
        return x.get(i).copied();
    }
    x.get(i).map(|v| v * v)
}

#[differentiate]
fn mutable(u: &mut [f64], k: f64) -> f64 {
    if let Some(v) = u.get_mut(1) {
        *v *= k;
    }
    if let Some(v) = u.first_mut() {
        *v += k * k;
    }
    *u.last_mut().unwrap() *= 2.0;
    for i in 0..3 {
        match u.get_mut(i + 1) {
            Some(v) => *v = v.sin() * k,
            None => u[0] *= 1.5,
        }
    }
    if let Some((a, rest)) = u.split_first_mut() {
        for r in rest.iter_mut() {
            *r += *a;
        }
        *a *= rest[0];
    }
    let held = u.last().copied();
    u[0] += 1.0;
    let n = u.len();
    u[n - 1] *= 3.0;
    held.unwrap_or(0.0) * u[0]
}

#[differentiate]
fn splits(x: &[f64]) -> f64 {
    let mut s = 1.0;
    let mut rest = 0;
    while let Some((a, tail)) = x[rest..].split_first() {
        s = s * a + tail.len() as f64;
        if let Some((b, init)) = tail.split_last() {
            s += b * init.iter().sum::<f64>();
        }
        rest += 1;
    }
    s
}

#[differentiate]
fn ranges(x: &[f64], lo: usize, hi: usize) -> f64 {
    let a = x.get(lo..hi).map_or(0.5, |w| w.iter().map(|v| v * v).sum());
    let b = match x.get(lo..=hi) {
        Some([first, .., last]) => first * last,
        Some(w) => w.len() as f64 * x[0],
        None => x[0],
    };
    a * b + x.get(1..).map_or(0.0, |w| w[0]) + x.get(..hi).unwrap_or(&x[..1]).iter().product::<f64>()
}

struct Held {
    _name: usize,
}

#[differentiate]
fn rows(m: &[Vec<f64>], i: usize) -> f64 {
    let row = m.get(i).unwrap_or(&m[0]);
    let mut s = row.iter().sum::<f64>();
    if let Some(last) = m.last() {
        s *= last.first().copied().unwrap_or(1.0);
    }
    let longest = m.iter().max_by_key(|r| r.len()).unwrap();
    let by_head = m.iter().min_by(|a, b| a[0].partial_cmp(&b[0]).unwrap()).unwrap();
    s * longest[longest.len() - 1] + by_head[0]
}

/// The derivatives of a function whose result may be missing, against differences.
fn wrapped(reverse: Option<(f64, Vec<f64>)>, forward: Option<(f64, f64)>, f: impl Fn(&[f64]) -> Option<f64>) {
    let x = [1.3, 0.4, 2.2, 0.9];
    assert_eq!(reverse.as_ref().map(|r| r.0), f(&x));
    assert_eq!(forward.map(|r| r.0), f(&x));
    for (k, g) in reverse.iter().flat_map(|r| r.1.iter().enumerate()) {
        let moved = |h: f64| {
            let mut x = x;
            x[k] += h;
            f(&x).unwrap()
        };
        let d = (moved(1e-6) - moved(-1e-6)) / 2e-6;
        assert!((d - g).abs() < 1e-8, "{d} {g}");
        assert!(k != 1 || (forward.unwrap().1 - g).abs() < 1e-12);
    }
}

#[test]
fn elements() {
    let x = [1.3, 0.4, 2.2, 0.9];
    for i in 0..6 {
        check!(gets, &x[..], i);
        wrapped(of_optional::value_and_grad(&x, i), of_optional::jvp((&x, i), &[0.0, 1.0, 0.0, 0.0]), |x| {
            of_optional(x, i)
        });
        wrapped(as_result::value_and_grad(&x, i).ok(), as_result::jvp((&x, i), &[0.0, 1.0, 0.0, 0.0]).ok(), |x| {
            as_result(x, i).ok()
        });
        wrapped(returned::value_and_grad(&x, i), returned::jvp((&x, i), &[0.0, 1.0, 0.0, 0.0]), |x| returned(x, i));
    }
    assert_eq!(of_optional::grad(&x[..0], 0), None);
    assert_eq!(as_result::grad(&x[..2], 5), Err(5));
    assert_eq!(as_result::grad(&x[1..2], 0), Err(7));
    check!(mutable, &mut [1.3, 0.4, 2.2, 0.9][..], 0.7);
    check!(mutable, &mut [1.3, 0.4][..], 0.7);
    check!(splits, &x[..]);
    for (lo, hi) in [(0, 2), (1, 1), (2, 1), (1, 3), (3, 2), (0, 4), (2, 9), (5, 6)] {
        check!(ranges, &x[..], lo, hi);
    }
    let m = vec![vec![1.5, 0.3], vec![0.7, 1.1, 0.2], vec![0.9]];
    for i in 0..5 {
        check!(rows, &m[..], i);
    }
    let _ = Held { _name: 1 }._name;
}

#[differentiate]
fn extremes(x: &[f64], y: &[f64]) -> f64 {
    let a = x.iter().max_by(|a, b| a.partial_cmp(b).unwrap()).unwrap();
    let b = x.iter().min_by(|a, b| a.total_cmp(b)).unwrap();
    let c = x.iter().copied().max_by(f64::total_cmp).unwrap_or(0.0);
    let d = *x.iter().min_by(|a, b| b.abs().partial_cmp(&a.abs()).unwrap_or(Ordering::Equal)).unwrap();
    let (k, e) = x.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).unwrap();
    let (f, g) = x.iter().zip(y).max_by(|(a, b), (c, d)| (*a * *b).total_cmp(&(*c * *d))).unwrap();
    let h = x.iter().map(|v| v.sin()).min_by(|a, b| a.partial_cmp(b).unwrap()).unwrap();
    a * b + c * d + e * k as f64 + f * g + h * x[0]
}

#[differentiate]
fn by_keys(x: &[f64], rank: &[usize]) -> f64 {
    let a = x.iter().zip(rank).max_by_key(|(_, r)| **r).map(|(v, _)| v).unwrap();
    let b = x.iter().enumerate().min_by_key(|&(i, _)| rank[i]).unwrap().1;
    let c = rank.iter().max().map_or(0, |r| *r);
    let d = (0..x.len()).max_by_key(|&i| (rank[i] % 2, i)).unwrap();
    let e = (0..x.len()).min_by(|&i, &j| x[i].partial_cmp(&x[j]).unwrap().then(i.cmp(&j))).unwrap();
    let f = (0..x.len()).max_by(|i, j| rank[*i].cmp(&rank[*j]).reverse().then_with(|| j.cmp(i))).unwrap();
    a * b + c as f64 * x[0] + x[d] * x[e] * x[f]
}

#[differentiate]
fn searches(x: &[f64], k: f64) -> f64 {
    let mut s = 0.0;
    if let Some(i) = x.iter().position(|v| *v > k) {
        s += x[i] * x[i] * i as f64;
    }
    if let Some(v) = x.iter().find(|v| **v > 1.0) {
        s += v * k;
    }
    let last = x.iter().last().unwrap();
    let third = x.iter().nth(2).unwrap_or(&0.5);
    let first = x.iter().next().unwrap();
    let back = x.iter().rev().skip(1).next().copied().unwrap_or(k);
    let f = x.iter().find_map(|v| if *v < 1.0 { Some(v * v) } else { None });
    let g = x.iter().filter(|v| **v < 2.0).last().copied().unwrap_or(0.0);
    let h = x.iter().filter(|v| **v > 0.5).nth(1).map_or(k, |v| v * v);
    let p = x.iter().copied().reduce(f64::max).unwrap();
    let q = x.iter().map(|v| v * k).reduce(|a, b| a * 0.5 + b * b).unwrap();
    let r = x.iter().skip_while(|v| **v > 1.0).next().unwrap_or(&k);
    s + last * third + first * back + f.unwrap_or(1.0) * g + h + p * q + r * r
}

#[differentiate]
fn orderings(a: f64, b: f64) -> f64 {
    let s = match a.partial_cmp(&b) {
        Some(Ordering::Less) => a * b,
        Some(Ordering::Equal | Ordering::Greater) => a + b,
        None => 0.0,
    };
    let t = match a.total_cmp(&b) {
        Ordering::Less => a,
        Ordering::Equal => 2.0,
        Ordering::Greater => b * b,
    };
    let less = a.partial_cmp(&b) == Some(Ordering::Less);
    let o = if a > 1.0 { a.total_cmp(&b) } else { Ordering::Equal };
    let u = if less && o != Ordering::Greater { s * t } else { s - t };
    if a.total_cmp(&b).is_le() { u * 2.0 } else { u.sin() }
}

#[differentiate]
fn in_loops(x: &[f64], n: usize) -> f64 {
    let mut u = x.to_vec();
    let mut s = 0.0;
    for k in 0..n {
        let i = (0..u.len()).max_by(|&i, &j| u[i].partial_cmp(&u[j]).unwrap()).unwrap();
        let low = u.iter().copied().min_by(|a, b| a.total_cmp(b)).unwrap();
        s += u[i] * low;
        u[i] *= 0.5;
        if k > 1 {
            let first = u.iter().position(|v| *v < s).unwrap_or(0);
            u[first] += low * s;
        }
        let held = u.first().copied();
        u[0] = u[0].sin();
        s += held.unwrap_or(1.0);
    }
    s + u.iter().rev().take(2).map(|v| v * v).reduce(|a, b| a - b).unwrap_or(0.0)
}

/// A name in capitals may be a constant, but not of a slice.
#[allow(non_snake_case)]
#[differentiate]
fn capitals(x: &[f64], k: f64) -> f64 {
    let a = match x.chunks_exact(2).next() {
        Some(W) => W[0] * W[1] * k,
        None => k,
    };
    let b = if let Some(R) = x.get(1..) { R.iter().sum::<f64>() } else { 1.0 };
    match x.first() {
        Some(V) => a * b * V,
        None => a,
    }
}

#[test]
fn searched() {
    let x = [1.3, 0.4, 2.2, 0.9];
    let y = [0.2, 1.7, 0.6, 1.1];
    check!(extremes, &x[..], &y[..]);
    check!(extremes, &x[..1], &y[..1]);
    for rank in [[3, 1, 2, 0], [1, 1, 5, 4], [2, 2, 2, 2]] {
        check!(by_keys, &x[..], &rank[..]);
    }
    for k in [0.1, 0.8, 1.5, 3.0] {
        check!(searches, &x[..], k);
        check!(searches, &x[..1], k);
    }
    for n in 0..4 {
        if n > 0 {
            check!(capitals, &x[..n], 0.7);
        }
    }
    check!(orderings, 1.2, 2.5);
    check!(orderings, 2.2, 1.5);
    check!(orderings, 0.2, -1.5);
    for n in 0..5 {
        check!(in_loops, &x[..], n);
    }
}
