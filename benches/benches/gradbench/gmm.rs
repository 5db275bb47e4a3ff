//! `gmm`: the log posterior of a mixture of Gaussians.

use std::f64::consts::{LN_2, PI};

use ad_runtime::differentiate;

use crate::program::{Against, Program, numbers};

const GAMMA: f64 = 1.0;
const M: f64 = 0.0;

#[differentiate]
fn log_sum_exp(x: &[f64]) -> f64 {
    let top = x.iter().fold(f64::NEG_INFINITY, |top, &v| top.max(v));
    let mut sum = 0.0;
    for &v in x {
        sum += (v - top).exp();
    }
    top + sum.ln()
}

/// `alpha` has a number for each Gaussian, `mu` and `q` have `d`, and `l` has a triangle, column by column.
#[differentiate]
fn log_posterior(alpha: &[f64], mu: &[f64], q: &[f64], l: &[f64], #[constant] x: &[f64], d: usize) -> f64 {
    let k = alpha.len();
    let n = x.len() / d;
    let triangle = d * (d - 1) / 2;
    let diagonals: Vec<f64> = q.iter().map(|q| q.exp()).collect();
    let log_scales: Vec<f64> = q.chunks_exact(d).map(|q| q.iter().sum()).collect();

    let mut likelihood = -((n * d) as f64) / 2.0 * (2.0 * PI).ln();
    let mut centred = vec![0.0; d];
    let mut product = vec![0.0; d];
    let mut terms = vec![0.0; k];
    for point in x.chunks_exact(d) {
        for c in 0..k {
            let own = c * d..(c + 1) * d;
            for ((v, x), mu) in centred.iter_mut().zip(point).zip(&mu[own.clone()]) {
                *v = x - mu;
            }
            for ((p, e), v) in product.iter_mut().zip(&diagonals[own]).zip(&centred) {
                *p = e * v;
            }
            let mut start = c * triangle;
            for (j, v) in centred.iter().enumerate() {
                let end = start + d - j - 1;
                for (p, l) in product[j + 1..].iter_mut().zip(&l[start..end]) {
                    *p += l * v;
                }
                start = end;
            }
            let mut square = 0.0;
            for p in &product {
                square += p * p;
            }
            terms[c] = alpha[c] + log_scales[c] - 0.5 * square;
        }
        likelihood += log_sum_exp(&terms);
    }
    likelihood -= n as f64 * log_sum_exp(alpha);

    let mut squares = 0.0;
    for e in &diagonals {
        squares += e * e;
    }
    for l in l {
        squares += l * l;
    }
    let log_scale: f64 = log_scales.iter().sum();
    likelihood + k as f64 * log_normalisation(d) + M * log_scale - 0.5 * GAMMA * GAMMA * squares
}

/// Of the Wishart distribution of matrices of `d` rows.
fn log_normalisation(d: usize) -> f64 {
    let n = d as f64 + M + 1.0;
    let pairs = (d * (d - 1)) as f64 / 4.0;
    let log_gammas: f64 = (0..d).map(|j| log_gamma(0.5 * (n - j as f64))).sum();
    n * d as f64 * (GAMMA.ln() - 0.5 * LN_2) - pairs * PI.ln() - log_gammas
}

/// Stirling's series, for an argument that the recurrence has made large enough for it.
fn log_gamma(mut x: f64) -> f64 {
    let mut shift = 0.0;
    while x < 16.0 {
        shift += x.ln();
        x += 1.0;
    }
    let r = 1.0 / (x * x);
    let series = (1.0 / 12.0 - r * (1.0 / 360.0 - r * (1.0 / 1260.0 - r * (1.0 / 1680.0 - r / 1188.0)))) / x;
    (x - 0.5) * x.ln() - x + 0.5 * (2.0 * PI).ln() + series - shift
}

/// Leaves the exponentials in place of the elements, and gives their sum too.
fn log_sum_exp_by_hand(x: &mut [f64]) -> (f64, f64) {
    let top = x.iter().fold(f64::NEG_INFINITY, |top, &v| top.max(v));
    let mut sum = 0.0;
    for v in x {
        *v = (*v - top).exp();
        sum += *v;
    }
    (top + sum.ln(), sum)
}

/// What is sought, or its gradient.
struct Mixture<'a> {
    alpha: &'a mut [f64],
    mu: &'a mut [f64],
    q: &'a mut [f64],
    l: &'a mut [f64],
}

impl<'a> Mixture<'a> {
    fn of(out: &'a mut [f64], d: usize, k: usize) -> Self {
        let (alpha, rest) = out.split_at_mut(k);
        let (mu, rest) = rest.split_at_mut(k * d);
        let (q, l) = rest.split_at_mut(k * d);
        Mixture { alpha, mu, q, l }
    }
}

/// The cotangent of each point's term is one, so a point goes forward and back before the next.
///
/// What all points hand down to a mean goes through the same matrix, so it may wait for their sum: `LATE`.
fn by_hand<const LATE: bool>(
    alpha: &[f64],
    mu: &[f64],
    q: &[f64],
    l: &[f64],
    x: &[f64],
    d: usize,
    bar: &mut Mixture<'_>,
) -> f64 {
    let k = alpha.len();
    let n = x.len() / d;
    let triangle = d * (d - 1) / 2;
    let diagonals: Vec<f64> = q.iter().map(|q| q.exp()).collect();
    let log_scales: Vec<f64> = q.chunks_exact(d).map(|q| q.iter().sum()).collect();
    bar.alpha.fill(0.0);
    bar.mu.fill(0.0);
    bar.q.fill(0.0);
    bar.l.fill(0.0);

    let mut likelihood = -((n * d) as f64) / 2.0 * (2.0 * PI).ln();
    let mut centred = vec![0.0; k * d];
    let mut product = vec![0.0; k * d];
    let mut terms = vec![0.0; k];
    for point in x.chunks_exact(d) {
        for c in 0..k {
            let own = c * d..(c + 1) * d;
            let (centred, product) = (&mut centred[own.clone()], &mut product[own.clone()]);
            for ((v, x), mu) in centred.iter_mut().zip(point).zip(&mu[own.clone()]) {
                *v = x - mu;
            }
            for ((p, e), v) in product.iter_mut().zip(&diagonals[own]).zip(&*centred) {
                *p = e * v;
            }
            let mut start = c * triangle;
            for (j, v) in centred.iter().enumerate() {
                let end = start + d - j - 1;
                for (p, l) in product[j + 1..].iter_mut().zip(&l[start..end]) {
                    *p += l * v;
                }
                start = end;
            }
            let mut square = 0.0;
            for p in &*product {
                square += p * p;
            }
            terms[c] = alpha[c] + log_scales[c] - 0.5 * square;
        }
        let (value, sum) = log_sum_exp_by_hand(&mut terms);
        likelihood += value;
        let sum_bar = 1.0 / sum;
        for (c, term) in terms.iter().enumerate() {
            let own = c * d..(c + 1) * d;
            let term_bar = term * sum_bar;
            bar.alpha[c] += term_bar;
            let (centred, product) = (&centred[own.clone()], &product[own.clone()]);
            let (mu_bar, e_bar, e) = (&mut bar.mu[own.clone()], &mut bar.q[own.clone()], &diagonals[own]);
            let mut start = c * triangle;
            for j in 0..d {
                let v = -term_bar * centred[j];
                e_bar[j] += v * product[j];
                let end = start + d - j - 1;
                let (l_bar, below) = (&mut bar.l[start..end], &product[j + 1..]);
                if LATE {
                    mu_bar[j] += term_bar * product[j];
                    for (l_bar, p) in l_bar.iter_mut().zip(below) {
                        *l_bar += v * p;
                    }
                } else {
                    mu_bar[j] += term_bar * (e[j] * product[j] + column(below, v, &l[start..end], l_bar));
                }
                start = end;
            }
        }
    }
    for c in 0..if LATE { k } else { 0 } {
        let own = c * d..(c + 1) * d;
        let (mu_bar, e) = (&mut bar.mu[own.clone()], &diagonals[own]);
        let mut start = c * triangle;
        for j in 0..d {
            let end = start + d - j - 1;
            let below: f64 = mu_bar[j + 1..].iter().zip(&l[start..end]).map(|(p, l)| p * l).sum();
            mu_bar[j] = e[j] * mu_bar[j] + below;
            start = end;
        }
    }
    // What the terms handed down to `alpha`, they handed down to the logarithms of the scales.
    for ((q_bar, e), scale_bar) in bar.q.chunks_exact_mut(d).zip(diagonals.chunks_exact(d)).zip(&*bar.alpha) {
        for (q_bar, e) in q_bar.iter_mut().zip(e) {
            *q_bar = (*q_bar - GAMMA * GAMMA * e) * e + scale_bar + M;
        }
    }
    terms.copy_from_slice(alpha);
    let (value, sum) = log_sum_exp_by_hand(&mut terms);
    likelihood -= n as f64 * value;
    for (alpha_bar, e) in bar.alpha.iter_mut().zip(&terms) {
        *alpha_bar -= n as f64 * e / sum;
    }

    let mut squares = 0.0;
    for e in &diagonals {
        squares += e * e;
    }
    for (l, l_bar) in l.iter().zip(&mut *bar.l) {
        squares += l * l;
        *l_bar -= GAMMA * GAMMA * l;
    }
    let log_scale: f64 = log_scales.iter().sum();
    likelihood + k as f64 * log_normalisation(d) + M * log_scale - 0.5 * GAMMA * GAMMA * squares
}

/// Adds `v p` to `l_bar`, and gives the product of `l` and `p` by four sums.
#[inline]
fn column(p: &[f64], v: f64, l: &[f64], l_bar: &mut [f64]) -> f64 {
    let mut sums = [0.0; 4];
    let (p_fours, p_rest) = p.as_chunks::<4>();
    let (l_fours, l_rest) = l.as_chunks::<4>();
    let (bar_fours, bar_rest) = l_bar.as_chunks_mut::<4>();
    for ((p, l), bar) in p_fours.iter().zip(l_fours).zip(bar_fours) {
        for i in 0..4 {
            sums[i] += l[i] * p[i];
            bar[i] += v * p[i];
        }
    }
    let mut sum = (sums[0] + sums[2]) + (sums[1] + sums[3]);
    for ((p, l), bar) in p_rest.iter().zip(l_rest).zip(bar_rest) {
        sum += l * p;
        *bar += v * p;
    }
    sum
}

pub(crate) fn programs() -> Vec<Program> {
    [(2, 5, 1.7), (10, 25, 1.9), (32, 50, 2.4), (64, 25, 2.9)]
        .into_iter()
        .map(|(d, k, budget)| program(d, k, Against::Primal(budget)))
        .collect()
}

fn program(d: usize, k: usize, budget: Against) -> Program {
    let n = 1000;
    let triangle = d * (d - 1) / 2;
    let alpha: &'static [f64] = numbers(1, k, -1.0, 1.0).leak();
    let mu: &'static [f64] = numbers(2, k * d, 0.0, 1.0).leak();
    let q: &'static [f64] = numbers(3, k * d, -1.0, 1.0).leak();
    let l: &'static [f64] = numbers(4, k * triangle, -1.0, 1.0).leak();
    let x: &'static [f64] = numbers(5, n * d, 0.0, 1.0).leak();
    let program = Program::new(format!("gmm d={d} k={k} n={n}"), budget, 1, k * (1 + 2 * d + triangle))
        .primal(move |out| out[0] = log_posterior(alpha, mu, q, l, x, d))
        .ours(move |out| {
            let (value, gradient) = out.split_at_mut(1);
            let bar = Mixture::of(gradient, d, k);
            value[0] = log_posterior::value_and_grad_into(alpha, mu, q, l, x, d, bar.alpha, bar.mu, bar.q, bar.l);
        })
        .by_hand(move |out| {
            let (value, gradient) = out.split_at_mut(1);
            value[0] = by_hand::<true>(alpha, mu, q, l, x, d, &mut Mixture::of(gradient, d, k));
        })
        .also("by hand, term by term", move |out| {
            let (value, gradient) = out.split_at_mut(1);
            value[0] = by_hand::<false>(alpha, mu, q, l, x, d, &mut Mixture::of(gradient, d, k));
        });
    #[cfg(feature = "crates")]
    if d <= 10 {
        let constant = k as f64 * log_normalisation(d) - (n * d) as f64 / 2.0 * (2.0 * PI).ln();
        let generic = crate::crates::Gmm { x, d, k, gamma: GAMMA, m: M, constant };
        return crate::crates::add(program, generic, &[alpha, mu, q, l]);
    }
    program
}
