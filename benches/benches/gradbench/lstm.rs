//! `lstm`: the loss of a long short-term memory that predicts a text, bit by bit.

use ad_runtime::differentiate;

use crate::program::{Against, Program, numbers};

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

/// `main` has weights and biases of each layer, `4 b` numbers each; `extra` has three rows, `state` two for each layer.
#[differentiate]
fn loss(main: &[f64], extra: &[f64], #[constant] state: &[f64], #[constant] sequence: &[f64], b: usize) -> f64 {
    let layers = state.len() / (2 * b);
    let mut hidden: Vec<f64> = state.chunks_exact(b).step_by(2).flatten().copied().collect();
    let mut cell: Vec<f64> = state.chunks_exact(b).skip(1).step_by(2).flatten().copied().collect();
    let mut signal = vec![0.0; b];
    let mut total = 0.0;
    for t in 0..sequence.len() / b - 1 {
        let (seen, next) = sequence[t * b..(t + 2) * b].split_at(b);
        for j in 0..b {
            signal[j] = seen[j] * extra[j];
        }
        for i in 0..layers {
            let (weight, bias) = main[8 * b * i..8 * b * (i + 1)].split_at(4 * b);
            let own = b * i..b * (i + 1);
            layer(weight, bias, &mut hidden[own.clone()], &mut cell[own], &mut signal);
        }
        let mut sum = 2.0;
        for j in 0..b {
            signal[j] = signal[j] * extra[b + j] + extra[2 * b + j];
            sum += signal[j].exp();
        }
        let log_sum = sum.ln();
        for j in 0..b {
            total += next[j] * (signal[j] - log_sum);
        }
    }
    -total / (sequence.len() - b) as f64
}

/// What is kept of each layer at each character: forget, ingate, outgate, change, the cell before, tanh of the cell after.
const KEPT: usize = 6;

fn layer_by_hand(weight: &[f64], bias: &[f64], memory: (&mut [f64], &mut [f64]), signal: &mut [f64], kept: &mut [f64]) {
    let (hidden, cell) = memory;
    let b = hidden.len();
    for j in 0..b {
        let forget = sigmoid(signal[j] * weight[j] + bias[j]);
        let ingate = sigmoid(hidden[j] * weight[b + j] + bias[b + j]);
        let outgate = sigmoid(signal[j] * weight[2 * b + j] + bias[2 * b + j]);
        let change = (hidden[j] * weight[3 * b + j] + bias[3 * b + j]).tanh();
        (kept[j], kept[b + j], kept[2 * b + j], kept[3 * b + j], kept[4 * b + j]) =
            (forget, ingate, outgate, change, cell[j]);
        cell[j] = cell[j] * forget + ingate * change;
        let bounded = cell[j].tanh();
        kept[5 * b + j] = bounded;
        hidden[j] = outgate * bounded;
        signal[j] = hidden[j];
    }
}

/// `hidden` and `signal` are the layer's inputs.
fn layer_back(
    weight: &[f64],
    (hidden, signal): (&[f64], &[f64]),
    kept: &[f64],
    (weight_bar, bias_bar): (&mut [f64], &mut [f64]),
    (hidden_bar, cell_bar, signal_bar): (&mut [f64], &mut [f64], &mut [f64]),
) {
    let b = hidden.len();
    let row = |i: usize| &kept[i * b..(i + 1) * b];
    let (forget, ingate, outgate) = (row(0), row(1), row(2));
    let (change, cell, bounded) = (row(3), row(4), row(5));
    let (signal, weight, weight_bar, bias_bar) =
        (&signal[..b], &weight[..4 * b], &mut weight_bar[..4 * b], &mut bias_bar[..4 * b]);
    let (hidden_bar, cell_bar, signal_bar) = (&mut hidden_bar[..b], &mut cell_bar[..b], &mut signal_bar[..b]);
    for j in 0..b {
        let out_bar = hidden_bar[j] + signal_bar[j];
        let state_bar = cell_bar[j] + out_bar * outgate[j] * (1.0 - bounded[j] * bounded[j]);
        let o = out_bar * bounded[j] * outgate[j] * (1.0 - outgate[j]);
        let f = state_bar * cell[j] * forget[j] * (1.0 - forget[j]);
        let i = state_bar * change[j] * ingate[j] * (1.0 - ingate[j]);
        let c = state_bar * ingate[j] * (1.0 - change[j] * change[j]);
        cell_bar[j] = state_bar * forget[j];
        signal_bar[j] = f * weight[j] + o * weight[2 * b + j];
        hidden_bar[j] = i * weight[b + j] + c * weight[3 * b + j];
        weight_bar[j] += f * signal[j];
        weight_bar[b + j] += i * hidden[j];
        weight_bar[2 * b + j] += o * signal[j];
        weight_bar[3 * b + j] += c * hidden[j];
        bias_bar[j] += f;
        bias_bar[b + j] += i;
        bias_bar[2 * b + j] += o;
        bias_bar[3 * b + j] += c;
    }
}

/// The output of a layer, from what is kept of it.
fn output(kept: &[f64], out: &mut [f64]) {
    let b = out.len();
    for ((out, gate), bounded) in out.iter_mut().zip(&kept[2 * b..3 * b]).zip(&kept[5 * b..]) {
        *out = gate * bounded;
    }
}

/// No exponential and no tanh on the way back.
fn by_hand(
    (main, extra): (&[f64], &[f64]),
    state: &[f64],
    sequence: &[f64],
    b: usize,
    (main_bar, extra_bar): (&mut [f64], &mut [f64]),
) -> f64 {
    let layers = state.len() / (2 * b);
    let steps = sequence.len() / b - 1;
    let mut hidden: Vec<f64> = state.chunks_exact(b).step_by(2).flatten().copied().collect();
    let mut cell: Vec<f64> = state.chunks_exact(b).skip(1).step_by(2).flatten().copied().collect();
    let mut signal = vec![0.0; b];
    let of_step = layers * KEPT * b + b + 1;
    let mut kept = Vec::with_capacity(steps * of_step);
    let mut total = 0.0;
    for t in 0..steps {
        kept.resize((t + 1) * of_step, 0.0);
        let kept = &mut kept[t * of_step..];
        let (seen, next) = sequence[t * b..(t + 2) * b].split_at(b);
        for j in 0..b {
            signal[j] = seen[j] * extra[j];
        }
        let (of_layers, exponentials) = kept.split_at_mut(layers * KEPT * b);
        for (i, kept) in of_layers.chunks_exact_mut(KEPT * b).enumerate() {
            let (weight, bias) = main[8 * b * i..8 * b * (i + 1)].split_at(4 * b);
            let own = b * i..b * (i + 1);
            layer_by_hand(weight, bias, (&mut hidden[own.clone()], &mut cell[own]), &mut signal, kept);
        }
        let mut sum = 2.0;
        for j in 0..b {
            signal[j] = signal[j] * extra[b + j] + extra[2 * b + j];
            exponentials[j] = signal[j].exp();
            sum += exponentials[j];
        }
        exponentials[b] = sum;
        let log_sum = sum.ln();
        for j in 0..b {
            total += next[j] * (signal[j] - log_sum);
        }
    }

    main_bar.fill(0.0);
    extra_bar.fill(0.0);
    let total_bar = -1.0 / (sequence.len() - b) as f64;
    let (mut hidden_bar, mut cell_bar) = (vec![0.0; layers * b], vec![0.0; layers * b]);
    let mut signal_bar = vec![0.0; b];
    for t in (0..steps).rev() {
        let (seen, next) = sequence[t * b..(t + 2) * b].split_at(b);
        let (before, now) = kept[..(t + 1) * of_step].split_at(t * of_step);
        let before = before.chunks_exact(of_step).next_back();
        let of = |i: usize| i * KEPT * b..(i + 1) * KEPT * b;
        output(&now[of(layers - 1)], &mut signal);
        let exponentials = &now[layers * KEPT * b..];
        let share = next.iter().sum::<f64>() / exponentials[b];
        for j in 0..b {
            let y_bar = total_bar * (next[j] - share * exponentials[j]);
            signal_bar[j] = y_bar * extra[b + j];
            extra_bar[b + j] += y_bar * signal[j];
            extra_bar[2 * b + j] += y_bar;
        }
        for i in (0..layers).rev() {
            let own = b * i..b * (i + 1);
            match before {
                Some(before) => output(&before[of(i)], &mut hidden[own.clone()]),
                None => hidden[own.clone()].copy_from_slice(&state[2 * b * i..2 * b * i + b]),
            }
            if i == 0 {
                for j in 0..b {
                    signal[j] = seen[j] * extra[j];
                }
            } else {
                output(&now[of(i - 1)], &mut signal);
            }
            let (weight_bar, bias_bar) = main_bar[8 * b * i..8 * b * (i + 1)].split_at_mut(4 * b);
            layer_back(
                &main[8 * b * i..8 * b * i + 4 * b],
                (&hidden[own.clone()], &signal),
                &now[of(i)],
                (weight_bar, bias_bar),
                (&mut hidden_bar[own.clone()], &mut cell_bar[own], &mut signal_bar),
            );
        }
        for j in 0..b {
            extra_bar[j] += signal_bar[j] * seen[j];
        }
    }
    -total / (sequence.len() - b) as f64
}

pub(crate) fn programs() -> Vec<Program> {
    [(2, 1024), (4, 1024), (2, 4096), (4, 4096)].into_iter().map(|(l, c)| program(l, c)).collect()
}

fn program(layers: usize, characters: usize) -> Program {
    let b = 14;
    let main: &'static [f64] = numbers(1, 8 * layers * b, 0.0, 1.0).leak();
    let extra: &'static [f64] = numbers(2, 3 * b, 0.0, 1.0).leak();
    let state: &'static [f64] = numbers(3, 2 * layers * b, 0.0, 1.0).leak();
    // The bits of letters.
    let letters = numbers(4, characters, 32.0, 123.0);
    let bits = letters.iter().flat_map(|&letter| (0..b).rev().map(move |bit| f64::from(letter as u32 >> bit & 1)));
    let sequence: &'static [f64] = bits.collect::<Vec<f64>>().leak();
    let size = main.len();
    let program = Program::new(format!("lstm l={layers} c={characters}"), Against::Primal(1.3), 1, size + extra.len())
        .primal(move |out| out[0] = loss(main, extra, state, sequence, b))
        .ours(move |out| {
            let (value, gradient) = out.split_at_mut(1);
            let (main_bar, extra_bar) = gradient.split_at_mut(size);
            value[0] = loss::value_and_grad_into(main, extra, state, sequence, b, main_bar, extra_bar);
        })
        .by_hand(move |out| {
            let (value, gradient) = out.split_at_mut(1);
            value[0] = by_hand((main, extra), state, sequence, b, gradient.split_at_mut(size));
        });
    #[cfg(feature = "crates")]
    if layers * characters <= 2048 {
        return crate::crates::add(program, crate::crates::Lstm { state, sequence, b }, &[main, extra]);
    }
    program
}
