//! A scalar function of five numbers: the price of an option, with a logistic normal distribution function.

use ad_runtime::differentiate;
use reverse::Tape;

use super::number::{Generic, Number, by_adfn, by_adr, by_dual_vector, by_reverse};
use super::{BY_HAND, Gives, OURS, PRIMAL, Program, numbers};

#[differentiate]
fn price(s: f64, k: f64, r: f64, sigma: f64, t: f64) -> f64 {
    let spread = sigma * t.sqrt();
    let d1 = ((s / k).ln() + (r + 0.5 * sigma * sigma) * t) / spread;
    let d2 = d1 - spread;
    let n1 = 1.0 / (1.0 + (-d1 * (1.5976 + 0.070565992 * d1 * d1)).exp());
    let n2 = 1.0 / (1.0 + (-d2 * (1.5976 + 0.070565992 * d2 * d2)).exp());
    s * n1 - k * (-r * t).exp() * n2
}

/// The same with a function of its own for the distribution.
#[differentiate]
fn price_by_call(s: f64, k: f64, r: f64, sigma: f64, t: f64) -> f64 {
    let spread = sigma * t.sqrt();
    let d1 = ((s / k).ln() + (r + 0.5 * sigma * sigma) * t) / spread;
    let d2 = d1 - spread;
    s * normal(d1) - k * (-r * t).exp() * normal(d2)
}

#[differentiate]
fn normal(d: f64) -> f64 {
    1.0 / (1.0 + (-d * (1.5976 + 0.070565992 * d * d)).exp())
}

fn by_hand(s: f64, k: f64, r: f64, sigma: f64, t: f64) -> (f64, [f64; 5]) {
    let root = t.sqrt();
    let spread = sigma * root;
    let ratio = s / k;
    let drift = r + 0.5 * sigma * sigma;
    let top = ratio.ln() + drift * t;
    let d1 = top / spread;
    let d2 = d1 - spread;
    let n1 = 1.0 / (1.0 + (-d1 * (1.5976 + 0.070565992 * d1 * d1)).exp());
    let n2 = 1.0 / (1.0 + (-d2 * (1.5976 + 0.070565992 * d2 * d2)).exp());
    let discount = (-r * t).exp();
    let y = s * n1 - k * discount * n2;

    let n1_bar = s;
    let n2_bar = -k * discount;
    let discount_bar = -k * n2;
    let d2_bar = n2_bar * n2 * (1.0 - n2) * (1.5976 + 3.0 * 0.070565992 * d2 * d2);
    let d1_bar = d2_bar + n1_bar * n1 * (1.0 - n1) * (1.5976 + 3.0 * 0.070565992 * d1 * d1);
    let top_bar = d1_bar / spread;
    let spread_bar = -d2_bar - top_bar * d1;
    let drift_bar = top_bar * t;
    let ratio_bar = top_bar / ratio;
    let root_bar = spread_bar * sigma;
    let s_bar = n1 + ratio_bar / k;
    let k_bar = -discount * n2 - ratio_bar * ratio / k;
    let r_bar = drift_bar - t * discount * discount_bar;
    let sigma_bar = drift_bar * sigma + spread_bar * root;
    let t_bar = top_bar * drift - r * discount * discount_bar + 0.5 * root_bar / root;
    (y, [s_bar, k_bar, r_bar, sigma_bar, t_bar])
}

struct Price;

impl Generic for Price {
    fn call<N: Number>(&self, inputs: &[N]) -> N {
        let [s, k, r, sigma, t] = *inputs else { unreachable!("five inputs") };
        let normal = |d: N| (-d * (d * d).times(0.070565992).plus(1.5976)).exp().plus(1.0).recip();
        let spread = sigma * t.sqrt();
        let d1 = ((s / k).ln() + (r + (sigma * sigma).times(0.5)) * t) / spread;
        let d2 = d1 - spread;
        s * normal(d1) - k * (-r * t).exp() * normal(d2)
    }
}

/// Runs `f` on every option of the batch.
fn each(batch: &[[f64; 5]], mut f: impl FnMut(&[f64; 5], &mut [f64])) -> impl FnMut(&mut [f64]) {
    move |out| batch.iter().zip(out.chunks_exact_mut(6)).for_each(|(x, out)| f(x, out))
}

pub(super) fn program(n: usize) -> Program {
    let ranges: [(f64, f64); 5] = [(80.0, 120.0), (80.0, 120.0), (0.0, 0.1), (0.1, 0.5), (0.2, 2.0)];
    let columns = ranges.map(|(low, high)| numbers(n as u64 + low.to_bits(), n, low, high));
    let batch: Vec<[f64; 5]> = (0..n).map(|i| std::array::from_fn(|j| columns[j][i])).collect();
    let batch: &'static [[f64; 5]] = batch.leak();
    let store = |out: &mut [f64], y: f64, g: [f64; 5]| {
        out[0] = y;
        out[1..].copy_from_slice(&g);
    };
    let tape = Tape::new();
    Program::new("scalar function", format!("5 inputs, {n} times"), 5, n)
        .with(PRIMAL, Gives::Value, each(batch, |&[s, k, r, sigma, t], out| out[0] = price(s, k, r, sigma, t)))
        .with(
            OURS,
            Gives::Gradient,
            each(batch, move |&[s, k, r, sigma, t], out| {
                let (y, g) = price::value_and_grad(s, k, r, sigma, t);
                store(out, y, g.into());
            }),
        )
        .with(
            "ours, with calls",
            Gives::Gradient,
            each(batch, move |&[s, k, r, sigma, t], out| {
                let (y, g) = price_by_call::value_and_grad(s, k, r, sigma, t);
                store(out, y, g.into());
            }),
        )
        .with(
            BY_HAND,
            Gives::Gradient,
            each(batch, move |&[s, k, r, sigma, t], out| {
                let (y, g) = by_hand(s, k, r, sigma, t);
                store(out, y, g);
            }),
        )
        .with("ad_trait adr (reverse)", Gives::Gradient, each(batch, |x, out| by_adr(&Price, x, out)))
        .with("ad_trait adfn<5> (forward)", Gives::Gradient, each(batch, |x, out| by_adfn(&Price, x, out)))
        .with("num-dual DualSVec64<5>", Gives::Gradient, each(batch, |x, out| by_dual_vector(&Price, x, out)))
        .with("reverse", Gives::Gradient, each(batch, move |x, out| by_reverse(&Price, &tape, x, out)))
}
