//! `hello`: a square and its derivative.

use crate::clock::Clock;
use crate::protocol::{Answer, answer, read, unknown};
use ad_runtime::differentiate;
use serde_json::Value;

#[differentiate]
fn square(x: f64) -> f64 {
    x * x
}

pub(crate) fn evaluate(function: &str, input: Value, clock: &mut Clock) -> Answer {
    let x = read(input)?;
    match function {
        "square" => answer(clock.time(|| square(x))),
        "double" => answer(clock.time(|| square::grad(x))),
        _ => unknown(function),
    }
}
