//! `gmm`: the log posterior of a mixture of Gaussians, and its gradient.

use crate::checks;
use crate::clock::Clock;
use crate::lse::log_sum_exp;
use crate::protocol::{Answer, answer, read, unknown};
use ad_runtime::{Differentiable, differentiate};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::f64::consts::{LN_2, PI};

/// What is sought. Its gradient is one of these too.
#[derive(Clone, Deserialize, Differentiable, Serialize)]
struct Mixture {
    /// The logarithms of the weights, up to a constant.
    alpha: Vec<f64>,
    /// The means.
    mu: Vec<Vec<f64>>,
    /// The logarithms of the diagonals of the roots of the precisions.
    q: Vec<Vec<f64>>,
    /// What these roots have below the diagonal, column by column.
    l: Vec<Vec<f64>>,
}

/// The prior of the precisions, a Wishart distribution.
#[derive(Clone, Copy, Deserialize)]
struct Wishart {
    gamma: f64,
    m: i32,
}

#[derive(Deserialize)]
struct Input {
    d: usize,
    k: usize,
    n: usize,
    x: Vec<Vec<f64>>,
    #[serde(flatten)]
    prior: Wishart,
    #[serde(flatten)]
    mixture: Mixture,
}

#[differentiate]
fn log_posterior(mixture: &Mixture, #[constant] x: &[Vec<f64>], #[constant] prior: Wishart) -> f64 {
    let k = mixture.alpha.len();
    let d = mixture.mu[0].len();
    let diagonals: Vec<Vec<f64>> = mixture.q.iter().map(|q| q.iter().map(|q| q.exp()).collect()).collect();
    let log_scales: Vec<f64> = mixture.q.iter().map(|q| q.iter().sum()).collect();

    let mut likelihood = -((x.len() * d) as f64) / 2.0 * (2.0 * PI).ln();
    let mut centred = vec![0.0; d];
    let mut product = vec![0.0; d];
    let mut terms = vec![0.0; k];
    for point in x {
        for c in 0..k {
            for j in 0..d {
                centred[j] = point[j] - mixture.mu[c][j];
                product[j] = diagonals[c][j] * centred[j];
            }
            let mut below = 0;
            for (j, v) in centred.iter().enumerate() {
                let column = &mixture.l[c][below..];
                for (p, l) in product[j + 1..].iter_mut().zip(column) {
                    *p += l * v;
                }
                below += d - j - 1;
            }
            let square: f64 = product.iter().map(|p| p * p).sum();
            terms[c] = mixture.alpha[c] + log_scales[c] - 0.5 * square;
        }
        likelihood += log_sum_exp(&terms);
    }
    likelihood -= x.len() as f64 * log_sum_exp(&mixture.alpha[..]);

    let mut log_prior = k as f64 * log_normalisation(prior, d);
    for c in 0..k {
        let mut squares = 0.0;
        for e in &diagonals[c] {
            squares += e * e;
        }
        for l in &mixture.l[c] {
            squares += l * l;
        }
        log_prior += prior.m as f64 * log_scales[c] - 0.5 * prior.gamma * prior.gamma * squares;
    }
    likelihood + log_prior
}

/// Of the Wishart distribution of matrices of `d` rows.
fn log_normalisation(prior: Wishart, d: usize) -> f64 {
    let n = d as f64 + prior.m as f64 + 1.0;
    n * d as f64 * (prior.gamma.ln() - 0.5 * LN_2) - log_gamma_of_matrices(0.5 * n, d)
}

/// The logarithm of the multivariate gamma function.
fn log_gamma_of_matrices(a: f64, d: usize) -> f64 {
    let pairs = (d * (d - 1)) as f64 / 4.0;
    pairs * PI.ln() + (0..d).map(|j| log_gamma(a - 0.5 * j as f64)).sum::<f64>()
}

/// Stirling's series, for an argument that the recurrence has made large enough for it.
fn log_gamma(x: f64) -> f64 {
    let (mut x, mut shift) = (x, 0.0);
    while x < 16.0 {
        shift += x.ln();
        x += 1.0;
    }
    let r = 1.0 / (x * x);
    let series = (1.0 / 12.0 - r * (1.0 / 360.0 - r * (1.0 / 1260.0 - r * (1.0 / 1680.0 - r / 1188.0)))) / x;
    (x - 0.5) * x.ln() - x + 0.5 * (2.0 * PI).ln() + series - shift
}

pub(crate) fn evaluate(function: &str, input: Value, clock: &mut Clock) -> Answer {
    let Input { d, k, n, x, prior, mixture } = read(input)?;
    if d == 0 || k == 0 || prior.m < 0 {
        return Err("d and k must be positive, m not negative".into());
    }
    checks::shape("x", &x, n, d)?;
    checks::shape("alpha", std::slice::from_ref(&mixture.alpha), 1, k)?;
    checks::shape("mu", &mixture.mu, k, d)?;
    checks::shape("q", &mixture.q, k, d)?;
    checks::shape("l", &mixture.l, k, d * (d - 1) / 2)?;
    match function {
        "objective" => answer(clock.time(|| log_posterior(&mixture, &x, prior))),
        "jacobian" => answer(clock.time(|| log_posterior::grad(&mixture, &x, prior))),
        _ => unknown(function),
    }
}
