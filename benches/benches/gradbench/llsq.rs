//! `llsq`: a polynomial of `m` coefficients is fitted to the signs of `n` points between -1 and 1.

use ad_runtime::differentiate;

use crate::program::{Against, Program, numbers};

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

/// The powers of a point serve its residual, then the gradient.
fn by_hand(x: &[f64], n: usize, x_bar: &mut [f64]) -> f64 {
    x_bar.fill(0.0);
    let mut powers = vec![0.0; x.len()];
    let mut total = 0.0;
    for i in 0..n {
        let t = -1.0 + 2.0 * i as f64 / (n - 1) as f64;
        let mut residual = sign(t);
        let mut power = 1.0;
        for (coefficient, kept) in x.iter().zip(&mut powers) {
            *kept = power;
            residual -= coefficient * power;
            power *= t;
        }
        total += 0.5 * residual * residual;
        for (x_bar, power) in x_bar.iter_mut().zip(&powers) {
            *x_bar -= residual * power;
        }
    }
    total
}

pub(crate) fn programs() -> Vec<Program> {
    let (m, n) = (128, 4096);
    let x: &'static [f64] = numbers(5, m, 0.0, 1.0).leak();
    vec![
        Program::new(format!("llsq n={n} m={m}"), Against::Primal(1.5), 1, m)
            .primal(move |out| out[0] = misfit(x, n))
            .ours(move |out| {
                let (value, gradient) = out.split_at_mut(1);
                value[0] = misfit::value_and_grad_into(x, n, gradient);
            })
            .by_hand(move |out| {
                let (value, gradient) = out.split_at_mut(1);
                value[0] = by_hand(x, n, gradient);
            }),
    ]
}
