//! Three of the evals by other crates, which differentiate by their own number types, each from one generic text.
//!
//! Only with the feature `crates`, and only at sizes whose tapes fit into a small machine's memory.

#[expect(dead_code, reason = "the programs of `ratios` use the rest")]
#[path = "../programs/number.rs"]
mod number;

use echidna::{Reverse, Scalar};
use num_traits::Float;
use number::{Generic, Number, along_one_direction, by_adr, by_reverse, sum};

use crate::program::Program;

/// The direction of the single passes.
pub(crate) fn direction(i: usize) -> f64 {
    1.0 + (i % 7) as f64 / 8.0
}

impl Number for Reverse<f64> {
    fn value(self) -> f64 {
        Scalar::value(&self)
    }
    fn plus(self, c: f64) -> Self {
        self + c
    }
    fn times(self, c: f64) -> Self {
        self * c
    }
    fn recip(self) -> Self {
        Float::recip(self)
    }
    fn exp(self) -> Self {
        Float::exp(self)
    }
    fn ln(self) -> Self {
        Float::ln(self)
    }
    fn sqrt(self) -> Self {
        Float::sqrt(self)
    }
    fn tanh(self) -> Self {
        Float::tanh(self)
    }
}

/// A constant; these numbers come from numbers only.
fn constant<N: Number>(some: N, c: f64) -> N {
    some.times(0.0).plus(c)
}

fn log_sum_exp<N: Number>(x: &[N]) -> N {
    let mut top = x[0];
    for &v in x {
        if v.value() > top.value() {
            top = v;
        }
    }
    top + sum(x.iter().map(|&v| (v - top).exp())).ln()
}

#[derive(Clone, Copy)]
pub(crate) struct Lse;

impl Generic for Lse {
    fn call<N: Number>(&self, inputs: &[N]) -> N {
        log_sum_exp(inputs)
    }
}

/// The inputs are `alpha`, `mu`, `q` and `l`. `constant` is what the posterior has beside all that depends on them.
#[derive(Clone, Copy)]
pub(crate) struct Gmm {
    pub(crate) x: &'static [f64],
    pub(crate) d: usize,
    pub(crate) k: usize,
    pub(crate) gamma: f64,
    pub(crate) m: f64,
    pub(crate) constant: f64,
}

impl Generic for Gmm {
    fn call<N: Number>(&self, inputs: &[N]) -> N {
        let (d, k) = (self.d, self.k);
        let (alpha, rest) = inputs.split_at(k);
        let (mu, rest) = rest.split_at(k * d);
        let (q, l) = rest.split_at(k * d);
        let triangle = d * (d - 1) / 2;
        let diagonals: Vec<N> = q.iter().map(|q| q.exp()).collect();
        let log_scales: Vec<N> = q.chunks_exact(d).map(|q| sum(q.iter().copied())).collect();
        let likelihood = sum(self.x.chunks_exact(d).map(|point| {
            let terms = (0..k).map(|c| {
                let centred: Vec<N> = (0..d).map(|j| (-mu[c * d + j]).plus(point[j])).collect();
                let mut product: Vec<N> = (0..d).map(|j| diagonals[c * d + j] * centred[j]).collect();
                let mut at = c * triangle;
                for j in 0..d {
                    for p in &mut product[j + 1..] {
                        *p = *p + l[at] * centred[j];
                        at += 1;
                    }
                }
                alpha[c] + log_scales[c] - sum(product.iter().map(|&p| p * p)).times(0.5)
            });
            log_sum_exp(&terms.collect::<Vec<N>>())
        }));
        let squares = sum(diagonals.iter().chain(l).map(|&v| v * v));
        let points = (self.x.len() / d) as f64;
        (likelihood - log_sum_exp(alpha).times(points) + sum(log_scales.into_iter()).times(self.m)
            - squares.times(0.5 * self.gamma * self.gamma))
        .plus(self.constant)
    }
}

/// The inputs are the parameters of the layers, then the extra ones.
#[derive(Clone, Copy)]
pub(crate) struct Lstm {
    pub(crate) state: &'static [f64],
    pub(crate) sequence: &'static [f64],
    pub(crate) b: usize,
}

impl Generic for Lstm {
    fn call<N: Number>(&self, inputs: &[N]) -> N {
        let b = self.b;
        let layers = self.state.len() / (2 * b);
        let (main, extra) = inputs.split_at(8 * b * layers);
        let mut state: Vec<N> = self.state.iter().map(|&s| constant(inputs[0], s)).collect();
        let sigmoid = |x: N| (-x).exp().plus(1.0).recip();
        let total = sum((0..self.sequence.len() / b - 1).map(|t| {
            let (seen, next) = self.sequence[t * b..(t + 2) * b].split_at(b);
            let mut signal: Vec<N> = (0..b).map(|j| extra[j].times(seen[j])).collect();
            for (main, state) in main.chunks_exact(8 * b).zip(state.chunks_exact_mut(2 * b)) {
                let ((weight, bias), (hidden, cell)) = (main.split_at(4 * b), state.split_at_mut(b));
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
            let y: Vec<N> = (0..b).map(|j| signal[j] * extra[b + j] + extra[2 * b + j]).collect();
            let log_sum = sum(y.iter().map(|y| y.exp())).plus(2.0).ln();
            sum(y.iter().zip(next).map(|(&y, &next)| (y - log_sum).times(next)))
        }));
        total.times(-1.0 / (self.sequence.len() - b) as f64)
    }
}

fn by_echidna(f: &impl Generic, inputs: &[f64], out: &mut [f64]) {
    let mut value = 0.0;
    let gradient = echidna::grad(
        |x: &[Reverse<f64>]| {
            let y = f.call(x);
            value = Number::value(y);
            y
        },
        inputs,
    );
    out[0] = value;
    out[1..].copy_from_slice(&gradient);
}

/// The program with a line for each crate.
pub(crate) fn add(program: Program, f: impl Generic + Copy + 'static, inputs: &[&[f64]]) -> Program {
    let inputs: &'static [f64] = inputs.concat().leak();
    let tape = reverse::Tape::new();
    program
        .also("ad_trait, adr", move |out| by_adr(&f, inputs, out))
        .also("echidna, Reverse", move |out| by_echidna(&f, inputs, out))
        .also("reverse", move |out| by_reverse(&f, &tape, inputs, out))
        .one_pass("num-dual, one pass", move |out| along_one_direction(&f, inputs, out))
}
