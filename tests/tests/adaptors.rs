//! Adaptors whose closures decide or give several items, iterators that come from functions, and iterators as state.

#![allow(missing_docs, clippy::all)]

use ad_runtime::differentiate;
use ad_tests::check;
use std::iter;

#[differentiate]
fn deciding(x: &[f64], k: f64) -> f64 {
    let a: f64 = x.iter().filter_map(|v| if *v > 1.0 { Some(v * k) } else { None }).sum();
    let b: f64 = x.iter().map_while(|v| (*v < 2.0).then_some(v.sin())).sum();
    let c: f64 = x
        .iter()
        .scan(1.0, |s, v| {
            *s *= v;
            Some(*s + k)
        })
        .sum();
    let d: f64 = x
        .iter()
        .scan((0.0, 0), |s, v| {
            s.0 += v * v;
            s.1 += 1;
            if s.0 > 5.0 { None } else { Some(s.0 * s.1 as f64) }
        })
        .product();
    let mut e = 0.0;
    for (i, v) in x.iter().filter_map(|v| if *v < 2.0 { Some(v * v) } else { None }).enumerate() {
        if i == 2 {
            break;
        }
        e += v * (i + 1) as f64;
    }
    a * b + c * d + e
}

#[differentiate]
fn flat(x: &[f64], m: &[Vec<f64>], n: usize) -> f64 {
    let a: f64 = (0..n).flat_map(|i| (0..=i).map(move |j| (i, j))).map(|(i, j)| x[i] * x[j]).sum();
    let b: f64 = m.iter().flatten().map(|v| v * v).sum();
    let c: f64 = m.iter().flat_map(|r| r.iter().take(2)).product();
    let mut d = 0.0;
    'outer: for v in m.iter().flatten() {
        if *v > 1.2 {
            continue;
        }
        for w in x {
            if *w > 2.0 {
                continue 'outer;
            }
            d += v * w;
            if d > 4.0 {
                break 'outer;
            }
        }
    }
    let e = m.iter().flatten().find(|v| **v > 0.8).copied().unwrap_or(1.0);
    let f = m.iter().flat_map(|r| r.iter().take_while(|v| **v < 1.2)).skip(1).step_by(2).fold(x[0], |a, v| a * v);
    let g: Vec<f64> = m.iter().flatten().copied().filter(|v| *v > 0.5).collect();
    a * b + c * d + e * f + g.iter().sum::<f64>()
}

#[differentiate]
fn rounds(x: &[f64], n: usize) -> f64 {
    let a: f64 = x.iter().cycle().take(n).enumerate().map(|(i, v)| v * (i + 1) as f64).sum();
    let b: f64 = x.iter().cycle().skip(1).take(n).zip(x).map(|(v, w)| v * w).sum();
    let c: f64 = iter::once(x[0] * 2.0).chain(x.iter().map(|v| v * v)).sum();
    let d: f64 = iter::repeat(x[0]).take(n).chain(iter::repeat_n(x[1], 2)).product();
    let e: f64 = x.rchunks(2).map(|w| w[0] * w.len() as f64).sum();
    let f: f64 = x.rchunks_exact(3).enumerate().map(|(i, w)| w[0] * w[2] * (i + 1) as f64).sum();
    let g: f64 = x.get(n).into_iter().chain(x.first()).map(|v| v * v).sum();
    a * b + c * d + e * f + g
}

#[differentiate]
fn from_functions(x: f64, k: f64, n: usize) -> f64 {
    let a: f64 = iter::successors(Some(x), |v| Some(v * k)).take(n).sum();
    let b: f64 = iter::successors(Some(x), |v| if *v < 5.0 { Some(v * 1.5 + k) } else { None }).map(|v| v * v).sum();
    let c: f64 = iter::successors(Some(k), |v| Some(v * v + 0.5)).take_while(|v| *v < 30.0).sum();
    let mut p = (x, k);
    let d: f64 = iter::from_fn(|| {
        p = (p.1, p.0 * 0.5 + p.1);
        if p.0 < 20.0 { Some(p.0) } else { None }
    })
    .take(n)
    .product();
    let e = iter::successors(Some((x, 1usize)), |(v, i)| Some((v * k / *i as f64, i + 1)))
        .take(6)
        .map(|t| t.0)
        .sum::<f64>();
    let f = iter::successors(Some(k), |v| Some(v.cos())).nth(4).unwrap();
    a * b + c * d + e + f
}

#[differentiate]
fn halves(x: &[f64], k: f64) -> f64 {
    let (a, b): (Vec<f64>, Vec<f64>) = x.iter().map(|v| (v * k, v.sin())).unzip();
    let (low, high): (Vec<f64>, Vec<f64>) = x.iter().copied().partition(|v| *v < 1.0);
    let both: f64 = a.iter().zip(&b).map(|(v, w)| v * w).sum();
    both + low.iter().sum::<f64>() * high.iter().product::<f64>() + high.len() as f64 * k
}

#[differentiate]
fn failing(x: &[f64], k: f64) -> Option<f64> {
    let roots: Vec<f64> =
        x.iter().map(|v| if *v > 0.0 { Some(v.sqrt() * k) } else { None }).collect::<Option<Vec<_>>>()?;
    let p = roots.iter().try_fold(1.0, |acc, v| if acc < 50.0 { Some(acc * v) } else { None })?;
    Some(p * roots[0])
}

#[differentiate]
fn failing_with(x: &[f64], k: f64) -> Result<f64, usize> {
    let roots = x
        .iter()
        .enumerate()
        .map(|(i, v)| if *v > 0.0 { Ok(v.sqrt() * k) } else { Err(i) })
        .collect::<Result<Vec<_>, _>>()?;
    let p: f64 = roots.iter().try_fold(1.0, |acc, v| if acc < 50.0 { Ok(acc * v) } else { Err(99usize) })?;
    Ok(p * roots[0])
}

#[differentiate]
fn states(x: &[f64], k: f64) -> f64 {
    let mut it = x.iter();
    let mut s = 0.0;
    let first = it.next().unwrap();
    while let Some(v) = it.next() {
        s += v * first;
        if let Some(w) = it.next() {
            s -= w * w * k;
        }
    }
    let mut pairs = x.iter().zip(x.iter().skip(1)).map(|(a, b)| a * b);
    s += pairs.next().unwrap_or(k);
    for p in pairs.by_ref().take(1) {
        s *= p;
    }
    s += pairs.len() as f64 * k;
    s += pairs.sum::<f64>();
    let mut big = x.iter().filter(|v| **v > 0.5);
    s += big.next().copied().unwrap_or(0.0);
    for v in &mut big {
        s += v * k;
        if s > 1.0 {
            break;
        }
    }
    s * big.map(|v| v.sin()).sum::<f64>() + x[0]
}

#[differentiate]
fn side_by_side(x: &[f64], k: f64) -> f64 {
    let big = x.iter().filter(|v| **v > 1.0);
    let small = x.iter().filter(|v| **v < 1.0).map(|v| v * k);
    let mut s = 0.0;
    for (i, (a, b)) in big.clone().zip(small).enumerate() {
        s += a * b * (i + 1) as f64;
    }
    s + big.zip(x.iter().filter_map(|v| (*v < 2.0).then(|| v * v))).map(|(a, b)| a * b).sum::<f64>()
}

#[differentiate]
fn both_ends(x: &[f64], n: usize) -> f64 {
    let mut it = x.iter().enumerate();
    let mut s = 1.0;
    while let (Some((i, a)), Some((j, b))) = (it.next(), it.next_back()) {
        s = s * a - b * (i + 2 * j) as f64;
    }
    let mut it = x.iter();
    s += it.nth(n).copied().unwrap_or(0.5);
    let left = it.clone().count();
    if it.any(|v| *v > 1.0) {
        s *= 2.0;
    }
    s += it.as_slice().iter().sum::<f64>() * left as f64;
    let mut it = x.iter().peekable();
    let mut groups = 0.0;
    while let Some(v) = it.next() {
        groups += v * v;
        if let Some(next) = it.peek() {
            groups *= **next;
        }
    }
    let mut up = (0..n).map(|i| i as f64 * x[0]);
    up.next();
    s + groups + up.next().unwrap_or(1.0)
}

#[differentiate]
fn in_loops(m: &[Vec<f64>], k: f64) -> f64 {
    let mut s = 0.0;
    let mut other = m[0].iter().cycle();
    for row in m {
        let mut it = row.iter().copied();
        let Some(mut best) = it.next() else { continue };
        for v in it {
            if v > best {
                best = v * k;
            }
        }
        s += best * other.next().unwrap();
        let c = other.by_ref().take(2).map(|v| v * v).sum::<f64>();
        s *= c;
    }
    s
}

#[differentiate]
fn moved_after(x: &[f64], k: f64) -> f64 {
    let v = x.to_vec();
    let f = v.first().copied();
    let mut w = v;
    w[0] = 5.0 * k;
    f.unwrap() * w[0]
}
#[differentiate]
fn bump_skip(x: &[f64], k: f64) -> f64 {
    let mut n = 1.0;
    let mut bump = |v: f64| {
        n *= 1.0 + v * k;
        n
    };
    x.iter().map(|v| bump(*v)).skip(1).sum()
}
#[differentiate]
fn next_in_map(x: &[f64], k: f64) -> f64 {
    let mut it = x.iter();
    let s: f64 = x.iter().map(|v| v * it.next().unwrap() * k).skip(1).sum();
    let mut jt = x.iter();
    let t: f64 = x.iter().rev().map(|v| v * jt.next().unwrap() * k).step_by(2).sum();
    s * t
}
#[differentiate]
fn chosen_mut(a: f64, b: f64) -> f64 {
    let (mut a, mut b) = (a, b);
    {
        let r = if a > b { &mut a } else { &mut b };
        *r *= 3.0;
    }
    a * b
}
#[differentiate]
fn ret_cmp(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v.sort_by(|a, b| {
        if a < b {
            return std::cmp::Ordering::Less;
        }
        a.total_cmp(b)
    });
    v[0] * v[1] * v[1]
}
#[differentiate]
fn from_the_end(x: &[f64], k: f64) -> f64 {
    let mut big = x.iter().filter(|v| **v > 0.5);
    let mut s = big.next_back().copied().unwrap_or(k);
    s += big.next().unwrap_or(&k) * k;
    let mut n = 1.0;
    let mut grown = x.iter().map(|v| {
        n += 1.0;
        v * n
    });
    s *= grown.next_back().unwrap_or(0.5);
    s -= grown.next().unwrap_or(k);
    let mut it = x.iter().enumerate();
    for (i, v) in it.by_ref().rev().take(2) {
        s += v * i as f64 * k;
    }
    s + it.map(|(i, v)| v * (i + 1) as f64).sum::<f64>() + big.map(|v| v * v).sum::<f64>()
}

#[differentiate]
fn other_names(x: &[f64], k: f64) -> f64 {
    let it = &mut x.iter();
    let mut s = it.next().unwrap() * k;
    s -= it.next().unwrap();
    for v in it {
        s *= v;
    }
    let mut jt = x.iter();
    s += jt.next().unwrap() * k;
    jt = x[1..].iter();
    s *= jt.next().unwrap();
    s += jt.next().unwrap();
    let (mut a, mut b) = (x.iter(), x.iter().rev());
    while let (Some(p), Some(q)) = (a.next(), b.next()) {
        s += p * q * k;
        let taken = |it: &mut std::slice::Iter<'_, f64>| it.next().copied().unwrap_or(0.5);
        s -= taken(&mut a);
    }
    let moved = a;
    s + moved.sum::<f64>() + b.len() as f64 * k
}

#[test]
fn what_else_changes() {
    let x = [1.3, 0.4, 2.2, 0.9];
    for n in 0..5 {
        check!(from_the_end, &x[..n], 0.7);
    }
    check!(other_names, &x[..], 0.7);
    check!(other_names, &[1.3, 0.4, 2.2, 0.9, 1.1][..], 0.7);
    check!(moved_after, &x[..], 0.7);
    check!(bump_skip, &x[..], 0.7);
    check!(next_in_map, &x[..], 0.7);
    check!(chosen_mut, 0.3, 0.7);
    check!(ret_cmp, &x[..]);
}

#[test]
fn adaptors() {
    let x = [1.3, 0.4, 2.2, 0.9];
    for k in [0.3, 1.1, 2.5] {
        check!(deciding, &x[..], k);
        check!(halves, &x[..], k);
        check!(states, &x[..], k);
        check!(side_by_side, &x[..], k);
        check!(states, &x[..1], k);
    }
    let m = vec![vec![1.5, 0.3], vec![0.7, 1.1, 0.2], vec![0.9]];
    for n in 0..4 {
        check!(flat, &x[..], &m[..], n);
        check!(rounds, &x[..], n);
        check!(from_functions, 1.2, 0.7, n);
        check!(both_ends, &x[..], n);
    }
    check!(in_loops, &m[..], 0.7);
    assert_eq!(failing::grad(&x, -1.0).map(|g| g.0.len()), Some(4));
    assert_eq!(failing::grad(&[1.0, -1.0], 2.0), None);
    assert_eq!(failing_with::value_and_grad(&[1.0, 2.0, -1.0], 2.0), Err(2));
    assert_eq!(failing_with::value_and_grad(&[100.0, 100.0, 100.0], 2.0), Err(99));
    let (a, b) = (failing::value_and_grad(&x, 1.1).unwrap(), failing_with::value_and_grad(&x, 1.1).unwrap());
    assert_eq!(a, b);
    assert_eq!(Some(a.0), failing(&x, 1.1));
    let f = |k: f64| failing(&x, k).unwrap();
    assert!(((f(1.1 + 1e-6) - f(1.1 - 1e-6)) / 2e-6 - a.1.1).abs() < 1e-7);
    assert_eq!(failing::jvp((&x, 1.1), (&[0.0; 4], 1.0)).map(|j| (j.1 - a.1.1).abs() < 1e-12), Some(true));
}
