//! A reduction over slices: half the sum of squared residuals of an exponential model with three parameters.

use ad_runtime::differentiate;
use reverse::Tape;

use super::number::{Generic, Number, by_adfn, by_adr, by_dual_vector, by_reverse, sum};
use super::{BY_HAND, Gives, OURS, PRIMAL, Program, numbers};

#[differentiate]
fn loss(p: &[f64], #[constant] ts: &[f64], #[constant] ys: &[f64]) -> f64 {
    let mut s = 0.0;
    for (&t, &y) in ts.iter().zip(ys) {
        let r = p[0] * (-p[1] * t).exp() + p[2] - y;
        s += r * r;
    }
    0.5 * s
}

/// Keeps the exponentials, not the residuals: these are cheap.
fn by_hand(p: &[f64], ts: &[f64], ys: &[f64], p_bar: &mut [f64]) -> f64 {
    let mut kept = vec![0.0; ts.len().min(ys.len())];
    let mut s = 0.0;
    for ((&t, &y), kept) in ts.iter().zip(ys).zip(&mut kept) {
        let e = (-p[1] * t).exp();
        *kept = e;
        let r = p[0] * e + p[2] - y;
        s += r * r;
    }
    p_bar.fill(0.0);
    let s_bar = 0.5;
    for ((&t, &y), &e) in ts.iter().zip(ys).zip(&kept).rev() {
        let r = p[0] * e + p[2] - y;
        let r_bar = 2.0 * r * s_bar;
        p_bar[0] += e * r_bar;
        p_bar[1] -= t * e * p[0] * r_bar;
        p_bar[2] += r_bar;
    }
    0.5 * s
}

#[derive(Clone, Copy)]
struct Loss {
    ts: &'static [f64],
    ys: &'static [f64],
}

impl Generic for Loss {
    fn call<N: Number>(&self, p: &[N]) -> N {
        sum(self.ts.iter().zip(self.ys).map(|(&t, &y)| {
            let r = p[0] * (-p[1]).times(t).exp() + p[2].plus(-y);
            r * r
        }))
        .times(0.5)
    }
}

pub(super) fn program(n: usize) -> Program {
    let ts: &'static [f64] = numbers(1, n, 0.0, 3.0).leak();
    let noise = numbers(2, n, -0.1, 0.1);
    let ys: &'static [f64] =
        ts.iter().zip(noise).map(|(t, e)| 2.0 * (-0.7 * t).exp() + 0.3 + e).collect::<Vec<_>>().leak();
    let p: &'static [f64; 3] = Box::leak(Box::new([1.7, 0.9, 0.4]));
    let crates = Loss { ts, ys };
    let tape = Tape::new();
    Program::new("reduction, 3 parameters", format!("{n} points"), 3, 1)
        .with(PRIMAL, Gives::Value, move |out| out[0] = loss(p, ts, ys))
        .with(OURS, Gives::Gradient, move |out| {
            let (value, gradient) = out.split_at_mut(1);
            value[0] = loss::value_and_grad_into(p, ts, ys, gradient);
        })
        .with(BY_HAND, Gives::Gradient, move |out| {
            let (value, gradient) = out.split_at_mut(1);
            value[0] = by_hand(p, ts, ys, gradient);
        })
        .with("ad_trait adr (reverse)", Gives::Gradient, move |out| by_adr(&crates, p, out))
        .with("ad_trait adfn<3> (forward)", Gives::Gradient, move |out| by_adfn(&crates, p, out))
        .with("num-dual DualSVec64<3>", Gives::Gradient, move |out| by_dual_vector(&crates, p, out))
        .with("reverse", Gives::Gradient, move |out| by_reverse(&crates, &tape, p, out))
}
