//! Iterators: chains left early, takes, closures with effects, small ranges.

#![allow(missing_docs, unused, non_snake_case, non_upper_case_globals, clippy::all)]

use ad_runtime::differentiate;
use ad_tests::check;

#[differentiate]
fn chain_break(x: &[f64], y: &[f64]) -> f64 {
    let mut s = 0.0;
    for v in x.iter().chain(y) {
        if *v > 1.0 {
            break;
        }
        s += v * v;
    }
    s
}
#[differentiate]
fn chain_break_labelled(x: &[f64], y: &[f64]) -> f64 {
    let mut s = 0.0;
    'out: for v in x.iter().chain(y) {
        for k in 0..2 {
            if *v > 1.0 {
                break 'out;
            }
            s += v * v;
        }
    }
    s
}
#[differentiate]
fn chain_any(x: &[f64], y: &[f64]) -> f64 {
    let mut n = 1.0;
    let hit = x.iter().chain(y).any(|v| {
        n += v * 0.5;
        *v > 1.0
    });
    if hit { n * n } else { n }
}
#[differentiate]
fn skip_effects(x: &[f64]) -> f64 {
    let mut s = 0.0;
    let t: f64 = x
        .iter()
        .map(|v| {
            s += v * v;
            v * 2.0
        })
        .skip(2)
        .sum();
    s * t
}
#[differentiate]
fn step_effects(x: &[f64]) -> f64 {
    let mut s = 0.0;
    let t: f64 = x
        .iter()
        .map(|v| {
            s += v * v;
            v * 2.0
        })
        .step_by(2)
        .sum();
    s * t
}
#[differentiate]
fn take_while_bounds(x: &[f64]) -> f64 {
    (0..100).map(|i| x[i]).take_while(|v| *v < 1.0).map(|v| v * v).sum()
}
#[differentiate]
fn take_filter_bounds(x: &[f64]) -> f64 {
    (0..100).filter(|&i| x[i] > 0.55).take(2).map(|i| x[i] * x[i]).sum()
}
#[differentiate]
fn small_range_enumerate(x: f64) -> f64 {
    let mut s = 0.0;
    for (i, k) in (-100i8..100).enumerate() {
        s += x * k as f64 * i as f64;
    }
    s
}
#[differentiate]
fn small_range_rev_step(x: f64) -> f64 {
    let mut s = 0.0;
    for k in (-100i8..100).rev().step_by(3) {
        s = s * 0.5 + x * k as f64;
    }
    s
}

#[test]
fn iterators() {
    check!(chain_break, &[0.5, 0.6, 1.2, 0.3], &[0.4, 0.7]);
    check!(chain_break_labelled, &[0.5, 0.6, 1.2, 0.3], &[0.4, 0.7]);
    check!(chain_any, &[0.5, 0.6, 1.2, 0.3], &[0.4, 0.7]);
    check!(skip_effects, &[0.5, 0.6, 1.2, 0.3]);
    check!(step_effects, &[0.5, 0.6, 1.2, 0.3]);
    check!(take_while_bounds, &[0.5, 0.6, 1.2, 0.3]);
    check!(take_filter_bounds, &[0.5, 0.6, 1.2, 0.8]);
    check!(small_range_enumerate, 0.5);
    check!(small_range_rev_step, 0.5);
}
