//! `lstm`: the loss of a long short-term memory that predicts a text, bit by bit, and its gradient.

use crate::checks;
use crate::clock::Clock;
use crate::protocol::{Answer, answer, read, unknown};
use ad_runtime::differentiate;
use serde::Deserialize;
use serde_json::Value;

type Matrix = Vec<Vec<f64>>;

#[derive(Deserialize)]
struct Input {
    main_params: Matrix,
    extra_params: Matrix,
    state: Matrix,
    sequence: Matrix,
}

#[differentiate]
fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// One layer and one character: what the layer remembers is overwritten, and its signal goes on to the next layer.
#[differentiate]
fn layer(weight: &[f64], bias: &[f64], hidden: &mut [f64], cell: &mut [f64], signal: &mut [f64]) {
    let b = hidden.len();
    for j in 0..b {
        let forget = sigmoid(signal[j] * weight[j] + bias[j]);
        let ingate = sigmoid(hidden[j] * weight[b + j] + bias[b + j]);
        let outgate = sigmoid(signal[j] * weight[2 * b + j] + bias[2 * b + j]);
        let change = (hidden[j] * weight[3 * b + j] + bias[3 * b + j]).tanh();
        cell[j] = cell[j] * forget + ingate * change;
        hidden[j] = outgate * cell[j].tanh();
        signal[j] = hidden[j];
    }
}

#[differentiate]
fn loss(
    main: &[Vec<f64>],
    extra: &[Vec<f64>],
    #[constant] state: &[Vec<f64>],
    #[constant] sequence: &[Vec<f64>],
) -> f64 {
    let b = extra[0].len();
    let layers = state.len() / 2;
    let mut hidden: Vec<Vec<f64>> = (0..layers).map(|i| state[2 * i].clone()).collect();
    let mut cell: Vec<Vec<f64>> = (0..layers).map(|i| state[2 * i + 1].clone()).collect();
    let mut signal = vec![0.0; b];
    let mut total = 0.0;
    for pair in sequence.windows(2) {
        for j in 0..b {
            signal[j] = pair[0][j] * extra[0][j];
        }
        for i in 0..layers {
            layer(&main[2 * i], &main[2 * i + 1], &mut hidden[i], &mut cell[i], &mut signal);
        }
        let mut sum = 2.0;
        for j in 0..b {
            signal[j] = signal[j] * extra[1][j] + extra[2][j];
            sum += signal[j].exp();
        }
        let log_sum = sum.ln();
        for j in 0..b {
            total += pair[1][j] * (signal[j] - log_sum);
        }
    }
    -total / (b * (sequence.len() - 1)) as f64
}

pub(crate) fn evaluate(function: &str, input: Value, clock: &mut Clock) -> Answer {
    let Input { main_params, extra_params, state, sequence } = read(input)?;
    let (l, b) = (state.len() / 2, extra_params.first().map_or(0, |row| row.len()));
    checks::shape("main_params", &main_params, 2 * l, 4 * b)?;
    checks::shape("extra_params", &extra_params, 3, b)?;
    checks::shape("state", &state, 2 * l, b)?;
    checks::shape("sequence", &sequence, sequence.len(), b)?;
    if b == 0 || sequence.len() < 2 {
        return Err("a bit and two characters are the least".into());
    }
    match function {
        "objective" => answer(clock.time(|| loss(&main_params, &extra_params, &state, &sequence))),
        "jacobian" => {
            let (main, extra) = clock.time(|| loss::grad(&main_params, &extra_params, &state, &sequence));
            answer([main, extra].concat().concat())
        }
        _ => unknown(function),
    }
}
