//! `ode`: an initial value problem by the classical Runge-Kutta method, and the gradient of the last component.

use crate::checks;
use crate::clock::Clock;
use crate::protocol::{Answer, answer, read, unknown};
use ad_runtime::differentiate;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Input {
    x: Vec<f64>,
    s: usize,
}

/// The derivative of `y + h k` by time: each component drives the next.
#[differentiate]
fn slope(x: &[f64], y: &[f64], h: f64, k: &[f64], out: &mut [f64]) {
    out[0] = x[0];
    for i in 1..x.len() {
        out[i] = x[i] * (y[i - 1] + h * k[i - 1]);
    }
}

/// The state at time 2, from zero at time 0.
#[differentiate]
fn integrate(x: &[f64], steps: usize) -> Vec<f64> {
    let n = x.len();
    let h = 2.0 / steps as f64;
    let mut y = vec![0.0; n];
    let zero = vec![0.0; n];
    let mut k1 = vec![0.0; n];
    let mut k2 = vec![0.0; n];
    let mut k3 = vec![0.0; n];
    let mut k4 = vec![0.0; n];
    for _ in 0..steps {
        slope(x, &y, 0.0, &zero, &mut k1);
        slope(x, &y, h / 2.0, &k1, &mut k2);
        slope(x, &y, h / 2.0, &k2, &mut k3);
        slope(x, &y, h, &k3, &mut k4);
        for i in 0..n {
            y[i] += h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
        }
    }
    y
}

#[differentiate]
fn last(x: &[f64], steps: usize) -> f64 {
    integrate(x, steps)[x.len() - 1]
}

pub(crate) fn evaluate(function: &str, input: Value, clock: &mut Clock) -> Answer {
    let Input { x, s } = read(input)?;
    if x.is_empty() || s == 0 {
        return Err("at least one component and one step are needed".into());
    }
    checks::size(x.len().checked_mul(8).and_then(|stages| stages.checked_mul(s)))?;
    match function {
        "primal" => answer(clock.time(|| integrate(&x, s))),
        "gradient" => answer(clock.time(|| last::grad(&x, s))),
        _ => unknown(function),
    }
}
