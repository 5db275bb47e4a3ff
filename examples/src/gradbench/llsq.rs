//! `llsq`: a polynomial is fitted to the signs of points between -1 and 1, in the sense of least squares.

use crate::checks;
use crate::clock::Clock;
use crate::protocol::{Answer, answer, read, unknown};
use ad_runtime::differentiate;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Input {
    x: Vec<f64>,
    n: usize,
}

#[differentiate]
fn misfit(x: &[f64], n: usize) -> f64 {
    let mut total = 0.0;
    for i in 0..n {
        let t = -1.0 + 2.0 * i as f64 / (n - 1) as f64;
        let mut residual = sign(t);
        let mut power = 1.0;
        for coefficient in x {
            residual -= coefficient * power;
            power *= t;
        }
        total += 0.5 * residual * residual;
    }
    total
}

/// That of zero is zero, other than `f64::signum` has it.
fn sign(t: f64) -> f64 {
    if t == 0.0 { 0.0 } else { t.signum() }
}

pub(crate) fn evaluate(function: &str, input: Value, clock: &mut Clock) -> Answer {
    let Input { x, n } = read(input)?;
    if n < 2 {
        return Err("at least two points are needed".into());
    }
    checks::size(n.checked_mul(x.len()))?;
    match function {
        "primal" => answer(clock.time(|| misfit(&x, n))),
        "gradient" => answer(clock.time(|| misfit::grad(&x, n))),
        _ => unknown(function),
    }
}
