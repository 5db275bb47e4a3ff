//! `det`: a determinant by expansion along the first row, over and over, and its gradient.

use crate::clock::Clock;
use crate::protocol::{Answer, answer, read, unknown};
use ad_runtime::differentiate;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Input {
    #[serde(rename = "A")]
    a: Vec<f64>,
    ell: usize,
}

/// Of the rows from `row` on, without the columns that are unlinked from the ring `next` (whose entry `ell` is its head).
#[differentiate]
fn minor(a: &[f64], ell: usize, row: usize, next: &mut [usize]) -> f64 {
    if row == ell {
        return 1.0;
    }
    let mut sum = 0.0;
    let mut sign = 1.0;
    let mut before = ell;
    while next[before] != ell {
        let column = next[before];
        next[before] = next[column];
        sum += sign * a[row * ell + column] * minor(a, ell, row + 1, next);
        next[before] = column;
        before = column;
        sign = -sign;
    }
    sum
}

#[differentiate]
fn determinant(a: &[f64], ell: usize) -> f64 {
    let mut next: Vec<usize> = (1..ell + 1).collect();
    next.push(0);
    minor(a, ell, 0, &mut next)
}

pub(crate) fn evaluate(function: &str, input: Value, clock: &mut Clock) -> Answer {
    let Input { a, ell } = read(input)?;
    if ell == 0 || ell.checked_mul(ell) != Some(a.len()) {
        return Err(format!("{} numbers are no matrix of {ell} rows", a.len()));
    }
    match function {
        "primal" => answer(clock.time(|| determinant(&a, ell))),
        "gradient" => answer(clock.time(|| determinant::grad(&a, ell))),
        _ => unknown(function),
    }
}
