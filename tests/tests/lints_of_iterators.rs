//! Expansions with options that are not built, iterators in variables and sorting raise no lint either: see `lints.rs`.

#![forbid(unsafe_code, non_ascii_idents)]
#![deny(nonstandard_style)]
#![deny(warnings, missing_docs, unreachable_pub, unused, rust_2018_idioms, future_incompatible)]
#![deny(unused_qualifications, unused_lifetimes, unused_results, trivial_casts, trivial_numeric_casts, let_underscore)]
#![deny(missing_debug_implementations, missing_copy_implementations, single_use_lifetimes, elided_lifetimes_in_paths)]
#![deny(clippy::all)]
#![deny(clippy::pedantic)]
#![allow(
    clippy::many_single_char_names,
    clippy::must_use_candidate,
    clippy::cast_precision_loss,
    clippy::missing_panics_doc,
    reason = "said of the functions as they are written"
)]

use ad_runtime::{check_grad, differentiate};
use std::cmp::Ordering;

/// Elements that may not be there.
#[differentiate]
pub fn elements(x: &[f64], i: usize) -> f64 {
    let mut s = x.first().copied().unwrap_or(0.5);
    if let Some(v) = x.get(i) {
        s += v * v;
    }
    let Some((a, rest)) = x.split_first() else { return s };
    s * a + rest.last().map_or(1.0, |v| v.sin()) + x.get(1..i).map_or(0.0, |w| w.iter().sum())
}

/// Items that are found.
#[differentiate]
pub fn searches(x: &[f64], k: f64) -> Option<f64> {
    let a = x.iter().max_by(|a, b| a.total_cmp(b))?;
    let b = x.iter().copied().min_by(|a, b| a.partial_cmp(b).unwrap()).unwrap();
    let c = x.iter().position(|v| *v > k).map_or(k, |i| x[i]);
    let d = x.iter().enumerate().min_by_key(|&(i, _)| i % 2)?.1;
    let e = x.iter().copied().reduce(f64::max)?;
    let f = x.iter().find(|v| **v > 0.5).unwrap_or(&k);
    let less = matches!(a.partial_cmp(&b), Some(Ordering::Less));
    Some(if less { a * b } else { c * d } + e * f + x.iter().rev().nth(1).copied().unwrap_or(1.0))
}

/// Adaptors whose closures decide.
#[differentiate]
pub fn adaptors(x: &[f64], m: &[[f64; 2]], n: usize) -> f64 {
    let a: f64 = x.iter().filter_map(|v| if *v > 0.5 { Some(v * v) } else { None }).sum();
    let b: f64 = x
        .iter()
        .scan(1.0, |s, v| {
            *s *= v;
            Some(*s)
        })
        .sum();
    let c: f64 = m.iter().flatten().product();
    let d: f64 = x.iter().cycle().take(n).sum();
    let e: f64 = std::iter::successors(Some(x[0]), |v| Some(v * 0.5)).take(n).sum();
    let (f, g): (Vec<f64>, Vec<f64>) = x.iter().partition(|v| **v > 1.0);
    a * b + c * d + e * f.iter().sum::<f64>() * g.iter().sum::<f64>()
}

/// Iterators in variables.
#[differentiate]
pub fn states(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let mut s = *it.next().unwrap();
    while let Some(v) = it.next() {
        s *= v;
        if let Some(w) = it.next_back() {
            s += w;
        }
    }
    let mut pairs = x.iter().zip(x.iter().skip(1));
    for (a, b) in pairs.by_ref().take(1) {
        s += a * b;
    }
    s + pairs.map(|(a, b)| a - b).sum::<f64>()
}

/// Sorting.
#[differentiate]
pub fn sorts(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v.sort_by(|a, b| a.partial_cmp(b).unwrap());
    let mut order: Vec<usize> = (0..x.len()).collect();
    order.sort_by(|&i, &j| x[j].total_cmp(&x[i]));
    v.iter().zip(&order).map(|(a, i)| a * x[*i] * *i as f64).sum()
}

#[test]
fn expansions_are_silent() {
    let x = [1.3, 0.4, 2.2, 0.9];
    check_grad!(elements, &x[..], 2);
    check_grad!(adaptors, &x[..], &[[0.7, 1.2], [0.3, 1.1]][..], 3);
    check_grad!(states, &x[..]);
    check_grad!(sorts, &x[..]);
    assert_eq!(searches::grad(&x, 0.8).is_some(), searches(&x, 0.8).is_some());
}
