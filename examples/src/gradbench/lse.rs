//! `lse`: the logarithm of a sum of exponentials, and its gradient.

use crate::clock::Clock;
use crate::protocol::{Answer, answer, read, unknown};
use ad_runtime::differentiate;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Input {
    x: Vec<f64>,
}

#[differentiate]
pub(crate) fn log_sum_exp(x: &[f64]) -> f64 {
    let max = x.iter().fold(f64::NEG_INFINITY, |max, x| max.max(*x));
    max + x.iter().map(|x| (x - max).exp()).sum::<f64>().ln()
}

pub(crate) fn evaluate(function: &str, input: Value, clock: &mut Clock) -> Answer {
    let Input { x } = read(input)?;
    match function {
        "primal" => answer(clock.time(|| log_sum_exp(&x))),
        "gradient" => answer(clock.time(|| log_sum_exp::grad(&x))),
        _ => unknown(function),
    }
}
