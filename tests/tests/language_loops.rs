//! The language accepted: loops, labels and exits.

#![allow(missing_docs, clippy::all)]

use ad_runtime::differentiate;
use ad_tests::check;

#[differentiate]
fn ranges(x: &[f64], n: usize) -> f64 {
    let mut s = 0.0;
    for i in 0..n {
        s += x[i] * x[i];
    }
    for i in (0..n).rev() {
        s = s * 0.5 + x[i];
    }
    for i in (1..n).step_by(2) {
        s *= 1.0 + x[i] * x[i - 1];
    }
    for i in 0..=n - 1 {
        s += x[i].sin() * s;
    }
    for i in (0..=n - 1).rev().step_by(2) {
        s -= x[i] * s * 0.1;
    }
    for i in -2i32..2 {
        s += i as f64 * x[0] * s;
    }
    for _ in n..0 {
        s *= x[100];
    }
    s
}

#[differentiate]
fn walks(x: &[f64], a: [f64; 3], v: Vec<f64>, m: &mut [f64]) -> f64 {
    let mut s = 1.0;
    for e in x {
        s += e * s;
    }
    for e in x.iter() {
        s += *e;
    }
    for &e in x {
        s *= 1.0 + 0.1 * e;
    }
    for e in a {
        s += e * e;
    }
    for e in &a {
        s += e * s * 0.1;
    }
    for e in &v {
        s -= e;
    }
    for e in m.iter_mut() {
        *e *= s;
        s += *e;
    }
    for e in &mut *m {
        *e += 1.0;
        s *= 1.0 + *e * 0.01;
    }
    for e in &m[1..] {
        s += e * e;
    }
    for (i, e) in v.into_iter().enumerate() {
        s += e * i as f64 * s;
    }
    s
}

#[test]
fn for_loops() {
    check!(ranges, &[0.3, 0.5, -0.2, 0.7], 4);
    check!(ranges, &[0.3, 0.5, -0.2, 0.7], 1);
    check!(walks, &[0.3, 0.5], [0.1, 0.2, 0.3], vec![0.4, 0.6], &mut [0.7, 0.8]);
    check!(walks, &[], [0.1, 0.2, 0.3], vec![], &mut [0.7]);
}

#[differentiate]
fn whiles(x: f64, n: i32) -> f64 {
    let mut s = x;
    let mut k = n;
    while k > 0 && s < 10.0 {
        s *= 1.5 + x * 0.1;
        k -= 1;
    }
    let mut count = 0;
    let t = loop {
        count += 1;
        if count > 3 {
            break s * count as f64;
        }
        if s > 8.0 {
            s = s.sqrt();
            continue;
        }
        s += x;
    };
    t + s
}

#[differentiate]
fn labels(m: &[[f64; 3]], limit: f64) -> f64 {
    let mut s = 0.0;
    'rows: for row in m {
        for (j, v) in row.iter().enumerate() {
            if *v < 0.0 {
                continue 'rows;
            }
            if *v > limit {
                s *= v;
                break 'rows;
            }
            if j == 1 {
                continue;
            }
            s += v * v;
        }
        s += 0.1 * s * row[0];
    }
    s
}

#[differentiate]
fn search(m: &[[f64; 3]], limit: f64) -> f64 {
    let mut s = 1.0;
    for row in m {
        let mut k = 0;
        while k < 3 {
            if row[k] > limit {
                return s * row[k] * limit;
            }
            s += row[k] * row[k];
            k += 1;
        }
        if s > 50.0 {
            return s.sqrt();
        }
    }
    loop {
        s *= 0.5;
        if s < 1.0 {
            return s + limit;
        }
    }
}

#[differentiate]
fn value_of_outer(x: f64, limit: f64) -> f64 {
    let found = 'outer: loop {
        let mut y = x;
        loop {
            y *= 1.5;
            if y > limit {
                break 'outer y;
            }
            if y > 100.0 {
                break;
            }
        }
        break y * 2.0;
    };
    found * found
}

#[test]
fn while_loop_labels_and_returns() {
    for n in [0, 2, 9] {
        check!(whiles, 0.7, n);
        check!(whiles, 2.7, n);
    }
    let m = [[1.0, 2.0, 3.0], [-1.0, 5.0, 6.0], [0.5, 4.0, 8.0]];
    for limit in [0.8, 2.5, 3.5, 7.0, 20.0] {
        check!(labels, &m, limit);
        check!(search, &m, limit);
        check!(value_of_outer, 1.1, limit);
    }
    check!(value_of_outer, 1.1, 500.0);
}

#[differentiate]
fn early(x: f64, y: f64) -> (f64, f64) {
    if x < 0.0 {
        return (y, 0.0);
    }
    let t = match y {
        t if t > 5.0 => return (x, t),
        t => t * x,
    };
    let u = if t > 1.0 { t } else { return (t, t * t) };
    (u.ln(), x)
}

#[differentiate]
fn leaves_in_place(u: &mut [f64], limit: f64) {
    for i in 0..u.len() {
        if u[i] > limit {
            return;
        }
        u[i] *= limit;
    }
    u[0] = 1.0;
}

#[test]
fn early_returns() {
    for (x, y) in [(-1.0, 2.0), (1.5, 7.0), (1.5, 2.0), (0.5, 0.7)] {
        check!(early, x, y);
    }
    check!(leaves_in_place, &mut [1.0, 2.0, 3.0], 2.5);
    check!(leaves_in_place, &mut [1.0, 2.0, 3.0], 9.0);
}
