//! `lse`: the logarithm of a sum of exponentials.

use ad_runtime::differentiate;

use crate::program::{Against, Program, numbers};

#[differentiate]
fn log_sum_exp(x: &[f64]) -> f64 {
    let top = x.iter().fold(f64::NEG_INFINITY, |top, &v| top.max(v));
    let mut sum = 0.0;
    for &v in x {
        sum += (v - top).exp();
    }
    top + sum.ln()
}

/// The exponentials wait in the gradient's place. What passes through the largest element cancels.
fn by_hand(x: &[f64], x_bar: &mut [f64]) -> f64 {
    let top = x.iter().fold(f64::NEG_INFINITY, |top, &v| top.max(v));
    let mut sum = 0.0;
    for (&v, kept) in x.iter().zip(x_bar.iter_mut()) {
        *kept = (v - top).exp();
        sum += *kept;
    }
    let sum_bar = 1.0 / sum;
    for kept in x_bar {
        *kept *= sum_bar;
    }
    top + sum.ln()
}

pub(crate) fn programs() -> Vec<Program> {
    let n = 640_000;
    let x: &'static [f64] = numbers(3, n, 0.0, 1.0).leak();
    let program = Program::new("lse n=640000".into(), Against::Primal(1.15), 1, n)
        // Of the largest element's cotangent, 1 less all the others.
        .or_within(1e-13)
        .primal(|out| out[0] = log_sum_exp(x))
        .ours(|out| {
            let (value, gradient) = out.split_at_mut(1);
            value[0] = log_sum_exp::value_and_grad_into(x, gradient);
        })
        .by_hand(|out| {
            let (value, gradient) = out.split_at_mut(1);
            value[0] = by_hand(x, gradient);
        });
    #[cfg(feature = "crates")]
    let program = crate::crates::add(program, crate::crates::Lse, &[x]);
    vec![program]
}
