//! The language accepted: loops that depend on active data, loops that do not run, and branches that guard against NaN.

#![allow(missing_docs, clippy::all)]

use ad_runtime::differentiate;
use ad_tests::check;

#[differentiate]
fn halvings(x: f64, limit: f64) -> f64 {
    let mut y = x;
    let mut n = 0;
    while y > limit {
        y = 0.5 * y + 0.1 * y.sin();
        n += 1;
    }
    y * (n as f64 + x)
}

#[differentiate]
fn steps_from_data(x: f64, h: f64) -> f64 {
    let n = (x / h).floor() as usize;
    let mut s = x;
    for i in 0..n {
        s += h * s * i as f64;
    }
    s
}

#[differentiate]
fn nested_newton(a: &[f64]) -> f64 {
    let mut s = 0.0;
    for &v in a {
        let mut x = 1.0;
        for _ in 0..60 {
            let f = x * x * x + x - v;
            if f.abs() < 1e-13 {
                break;
            }
            x -= f / (3.0 * x * x + 1.0);
        }
        s += x * v;
    }
    s
}

#[test]
fn trip_counts_from_active_data() {
    for x in [0.2, 1.1, 5.0, 17.3] {
        check!(halvings, x, 0.5);
        check!(steps_from_data, x, 0.37);
    }
    check!(nested_newton, &[0.5, 2.5, 30.0]);
}

#[differentiate]
fn no_trips(x: &[f64], y: f64, n: usize) -> f64 {
    let mut s = y;
    for i in 0..n {
        for j in i..0 {
            s *= x[j];
        }
        for v in &x[..i.min(x.len())] {
            s += v * y;
        }
    }
    for v in x.iter().skip(100) {
        s *= v;
    }
    while s < f64::NEG_INFINITY {
        s *= s;
    }
    for w in x.windows(5) {
        s += w[4];
    }
    s * s
}

#[test]
fn loops_that_do_not_run() {
    check!(no_trips, &[], 0.7, 0);
    check!(no_trips, &[], 0.7, 3);
    check!(no_trips, &[1.5], 0.7, 3);
    check!(no_trips, &[1.5, 2.5, 0.5], 0.7, 3);
}

#[differentiate]
fn guarded_root(x: f64) -> f64 {
    if x > 0.0 { x.sqrt() } else { 0.0 }
}

#[differentiate]
fn guarded_log(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for &v in x {
        // x ln x, with its limit at zero.
        s -= if v > 0.0 { v * v.ln() } else { 0.0 };
    }
    s
}

#[differentiate]
fn sinc(x: f64) -> f64 {
    if x.abs() < 1e-8 { 1.0 - x * x / 6.0 } else { x.sin() / x }
}

#[differentiate]
fn selected(x: f64) -> f64 {
    // Both are computed, one is chosen.
    let root = x.sqrt();
    let log = x.ln();
    let inverse = 1.0 / x;
    if x > 0.0 { root + log * inverse } else { x * x }
}

#[differentiate]
fn skipped(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for &v in x {
        let w = 1.0 / v;
        if !w.is_finite() {
            continue;
        }
        s += w;
    }
    s
}

#[differentiate]
fn distance(a: &[f64], b: &[f64]) -> f64 {
    let d2: f64 = a.iter().zip(b).map(|(x, y)| (x - y).powi(2)).sum();
    if d2 == 0.0 { 0.0 } else { d2.sqrt() }
}

#[differentiate]
fn only_used_elsewhere(x: f64, n: usize) -> f64 {
    let bad = (x - 1.0).sqrt().ln() / x;
    let mut s = x;
    if n > 3 {
        s += bad;
    }
    s
}

#[test]
fn no_nan_leaves_a_branch_not_taken() {
    assert_eq!(guarded_root::value_and_grad(0.0), (0.0, 0.0));
    assert_eq!(guarded_root::value_and_grad(-1.0), (0.0, 0.0));
    check!(guarded_root, 2.0);
    assert_eq!(guarded_log::grad(&[0.0, 1.0]), [0.0, -1.0]);
    check!(guarded_log, &[0.5, 2.0]);
    assert_eq!(sinc::value_and_grad(0.0), (1.0, 0.0));
    check!(sinc, 0.3);
    check!(selected, 0.3);
    for x in [0.0, -2.0] {
        let (y, g) = selected::value_and_grad(x);
        assert_eq!((y, g), (x * x, 2.0 * x), "at {x}");
        assert_eq!(selected::jvp(x, 1.0), (x * x, 2.0 * x), "at {x}");
    }
    assert_eq!(skipped::grad(&[0.0, 2.0]), [0.0, -0.25]);
    assert_eq!(skipped::jvp(&[0.0, 2.0], &[1.0, 1.0]), (0.5, -0.25));
    assert_eq!(distance::grad(&[1.0, 2.0], &[1.0, 2.0]), (vec![0.0; 2], vec![0.0; 2]));
    check!(distance, &[1.0, 2.0], &[0.5, 2.5]);
    for x in [0.0, 0.5, 1.0] {
        assert_eq!(only_used_elsewhere::grad(x, 0), 1.0, "at {x}");
        assert_eq!(only_used_elsewhere::jvp((x, 0), 1.0), (x, 1.0), "at {x}");
    }
    check!(only_used_elsewhere, 2.5, 9);
}
