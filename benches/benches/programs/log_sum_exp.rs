//! A reduction over an active slice: the logarithm of a sum of exponentials, shifted by the largest element.

use ad_runtime::differentiate;
use reverse::Tape;

use super::number::{Generic, Number, along_one_direction, by_adr, by_reverse, sum};
use super::{BY_HAND, Gives, OURS, PRIMAL, Program, numbers};

#[differentiate]
fn log_sum_exp(x: &[f64]) -> f64 {
    let mut top = x[0];
    for &v in x {
        if v > top {
            top = v;
        }
    }
    let mut s = 0.0;
    for &v in x {
        s += (v - top).exp();
    }
    top + s.ln()
}

fn by_hand(x: &[f64], x_bar: &mut [f64]) -> f64 {
    let mut top = x[0];
    let mut place = 0;
    for (i, &v) in x.iter().enumerate() {
        if v > top {
            top = v;
            place = i;
        }
    }
    let mut kept = vec![0.0; x.len()];
    let mut s = 0.0;
    for (&v, kept) in x.iter().zip(&mut kept) {
        *kept = (v - top).exp();
        s += *kept;
    }
    x_bar.fill(0.0);
    let mut top_bar = 1.0;
    let s_bar = 1.0 / s;
    for (x_bar, e) in x_bar.iter_mut().zip(&kept).rev() {
        *x_bar += e * s_bar;
        top_bar -= e * s_bar;
    }
    x_bar[place] += top_bar;
    top + s.ln()
}

struct LogSumExp;

impl Generic for LogSumExp {
    fn call<N: Number>(&self, x: &[N]) -> N {
        let mut top = x[0];
        for &v in x {
            if v.value() > top.value() {
                top = v;
            }
        }
        top + sum(x.iter().map(|&v| (v - top).exp())).ln()
    }
}

pub(super) fn program(n: usize) -> Program {
    let x: &'static [f64] = numbers(3, n, -4.0, 4.0).leak();
    let tape = Tape::new();
    Program::new("reduction, active slice", format!("{n} elements"), n, 1)
        .with(PRIMAL, Gives::Value, move |out| out[0] = log_sum_exp(x))
        .with(OURS, Gives::Gradient, move |out| {
            let (value, gradient) = out.split_at_mut(1);
            value[0] = log_sum_exp::value_and_grad_into(x, gradient);
        })
        .with(BY_HAND, Gives::Gradient, move |out| {
            let (value, gradient) = out.split_at_mut(1);
            value[0] = by_hand(x, gradient);
        })
        .with("ad_trait adr (reverse)", Gives::Gradient, move |out| by_adr(&LogSumExp, x, out))
        .with("num-dual Dual64, 1 pass", Gives::OnePass, move |out| along_one_direction(&LogSumExp, x, out))
        .with("reverse", Gives::Gradient, move |out| by_reverse(&LogSumExp, &tape, x, out))
}
