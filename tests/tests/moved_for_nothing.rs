//! A Vec moved to where no derivative comes from: its own cotangent stays.

#![allow(missing_docs, unused_variables, clippy::all)]

use ad_runtime::differentiate;
use ad_tests::check;

#[differentiate]
fn walked(mut w: Vec<f64>) -> f64 {
    let mut a = 0.5;
    let first = std::mem::replace(&mut w[1], 0.5);
    for v in w {
        a = first;
    }
    a * a
}

#[differentiate]
fn renamed(x: f64, n: usize) -> f64 {
    let mut w = vec![x; n];
    w[0] *= x;
    let y = w[0] * w[1];
    let other = w;
    y * other.len() as f64
}

#[differentiate]
fn size(v: Vec<f64>) -> f64 {
    v.len() as f64
}

#[differentiate]
fn passed(x: f64) -> f64 {
    let mut w = vec![x; 3];
    w[0] *= x;
    let y = w[0] * w[1];
    let _ = size(w);
    y
}

#[differentiate]
fn pushed(x: f64) -> f64 {
    let mut w = vec![x; 3];
    w[0] *= x;
    let y = w[0] * w[1];
    let mut rows = Vec::new();
    rows.push(w);
    y * rows.len() as f64
}

#[test]
fn moved() {
    check!(walked, vec![0.3, 0.4, 0.5]);
    check!(renamed, 0.3, 3);
    check!(passed, 0.3);
    check!(pushed, 0.3);
}
