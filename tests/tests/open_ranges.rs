//! Ranges without an end, left by `break` or `return`, and ranges whose integer type only the body says.

#![allow(missing_docs, clippy::all)]

use ad_runtime::differentiate;
use ad_tests::check;

#[differentiate]
fn left_by_break(x: f64, #[constant] tol: f64) -> f64 {
    let mut term = 1.0;
    let mut s = 0.0;
    for j in 0.. {
        s += term;
        term *= x / (j + 1) as f64;
        if term.abs() < tol {
            break;
        }
    }
    s
}

#[differentiate]
fn left_by_return(x: f64, start: u32) -> f64 {
    let mut y = x;
    for k in start.. {
        y = y * x + k as f64;
        if y > 40.0 {
            return y * x;
        }
        if k > 12 {
            return y.sin();
        }
    }
    y
}

#[differentiate]
fn labelled(x: &[f64], #[constant] limit: f64) -> f64 {
    let mut s = 0.0_f64;
    'rows: for i in 1.. {
        for j in i.. {
            if i == x.len() {
                break 'rows;
            }
            if j == x.len() {
                continue 'rows;
            }
            s += x[i - 1] * x[j] * s.cos();
            if s > limit {
                break 'rows;
            }
        }
    }
    s
}

#[differentiate]
fn adaptors(x: &[f64]) -> f64 {
    let mut s = 1.0;
    for (i, v) in (0..).zip(x) {
        s += v * v * (i + 1) as f64 * s;
    }
    // The counter is an i32 here, as rustc decides.
    for (i, v) in (0..).zip(x) {
        s += v * (i - 2) as f64;
    }
    for (v, i) in x.iter().zip(1u8..) {
        s -= v * f64::from(i);
    }
    for (i, v) in (1..).zip(x.iter().rev()) {
        s *= 1.0 + 0.1 * v * x[i - 1];
    }
    for i in (0..).step_by(2).skip(1) {
        if i >= x.len() {
            break;
        }
        s += x[i] * s;
    }
    for (i, k) in (3..).enumerate() {
        if i == 2 {
            continue;
        }
        if i > 3 {
            break;
        }
        s += x[0] * k as f64;
    }
    s += (0..).take_while(|i| *i < x.len()).map(|i| x[i].sin()).sum::<f64>();
    for v in std::iter::repeat(x[0]) {
        s *= v;
        if s.abs() < 0.5 {
            break;
        }
    }
    s
}

fn weight(i: u16) -> f64 {
    f64::from(i) + 0.5
}

#[differentiate]
fn decided_by_a_call(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for (i, v) in (0..).zip(x) {
        s += v * v * weight(i);
    }
    for (i, v) in (2..9).zip(x) {
        s += v * s * weight(i);
    }
    for (i, v) in (-1..).zip(x) {
        s += v * s * i as f64;
    }
    s
}

#[differentiate]
fn searched(x: &[f64], y: f64) -> f64 {
    let found = (0..).any(|i| x[i] > y);
    let all = (0..).all(|i| x[i] < y);
    let k = loop {
        for i in 0.. {
            if x[i] > y {
                break;
            }
        }
        break 2;
    };
    if found && !all { x[k] * y } else { y }
}

#[test]
fn without_end() {
    check!(left_by_break, 0.7, 1e-6);
    check!(left_by_break, -1.3, 1e-9);
    check!(left_by_return, 1.2, 0);
    check!(left_by_return, 0.3, 3);
    check!(labelled, &[0.4, 0.5, -0.3, 0.9], 2.0);
    check!(labelled, &[1.4, 1.5, 1.3, 0.9], 1.0);
    check!(adaptors, &[0.4, 0.5, 0.3, 0.9, 0.2]);
    check!(adaptors, &[0.4]);
    check!(searched, &[0.4, 0.5, 0.3, 0.9, 0.2], 0.7);
}

#[test]
fn of_open_type() {
    check!(decided_by_a_call, &[0.4, 0.5, -0.3, 0.9, 0.2]);
}
