//! A dense matrix loop: one layer with `tanh` and the squared distance of its output from a target.

use ad_runtime::differentiate;
use reverse::Tape;

use super::number::{Generic, Number, along_one_direction, by_adr, by_reverse, sum};
use super::{BY_HAND, Gives, OURS, PRIMAL, Program, numbers};

#[differentiate]
fn layer(w: &[f64], b: &[f64], x: &[f64], #[constant] target: &[f64]) -> f64 {
    let n = x.len();
    let mut s = 0.0;
    for i in 0..b.len() {
        let row = &w[i * n..(i + 1) * n];
        let mut z = b[i];
        for (w, x) in row.iter().zip(x) {
            z += w * x;
        }
        let r = z.tanh() - target[i];
        s += r * r;
    }
    0.5 * s
}

/// The same, every element by its index.
#[differentiate]
fn layer_by_index(w: &[f64], b: &[f64], x: &[f64], #[constant] target: &[f64]) -> f64 {
    let n = x.len();
    let mut s = 0.0;
    for i in 0..b.len() {
        let mut z = b[i];
        for j in 0..n {
            z += w[i * n + j] * x[j];
        }
        let r = z.tanh() - target[i];
        s += r * r;
    }
    0.5 * s
}

fn by_hand(
    (w, b, x, target): (&[f64], &[f64], &[f64], &[f64]),
    (w_bar, b_bar, x_bar): (&mut [f64], &mut [f64], &mut [f64]),
) -> f64 {
    let n = x.len();
    let mut kept = vec![0.0; b.len()];
    let mut s = 0.0;
    for i in 0..b.len() {
        let row = &w[i * n..(i + 1) * n];
        let mut z = b[i];
        for (w, x) in row.iter().zip(x) {
            z += w * x;
        }
        let t = z.tanh();
        kept[i] = t;
        let r = t - target[i];
        s += r * r;
    }
    w_bar.fill(0.0);
    b_bar.fill(0.0);
    x_bar.fill(0.0);
    let s_bar = 0.5;
    for i in (0..b.len()).rev() {
        let t = kept[i];
        let r_bar = 2.0 * (t - target[i]) * s_bar;
        let z_bar = (1.0 - t * t) * r_bar;
        let row = &w[i * n..(i + 1) * n];
        let row_bar = &mut w_bar[i * n..(i + 1) * n];
        for (((w, w_bar), x), x_bar) in row.iter().zip(row_bar).zip(x).zip(x_bar.iter_mut()) {
            *w_bar += x * z_bar;
            *x_bar += w * z_bar;
        }
        b_bar[i] += z_bar;
    }
    0.5 * s
}

/// The inputs are the matrix row by row, the offsets, and the vector.
#[derive(Clone, Copy)]
struct Layer {
    m: usize,
    n: usize,
    target: &'static [f64],
}

impl Generic for Layer {
    fn call<N: Number>(&self, inputs: &[N]) -> N {
        let (w, rest) = inputs.split_at(self.m * self.n);
        let (b, x) = rest.split_at(self.m);
        sum((0..self.m).map(|i| {
            let row = &w[i * self.n..(i + 1) * self.n];
            let mut z = b[i];
            for (&w, &x) in row.iter().zip(x) {
                z = z + w * x;
            }
            let r = z.tanh().plus(-self.target[i]);
            r * r
        }))
        .times(0.5)
    }
}

/// The value apart, and the gradient by argument.
fn parts(out: &mut [f64], m: usize, n: usize) -> (&mut f64, &mut [f64], &mut [f64], &mut [f64]) {
    let (value, rest) = out.split_at_mut(1);
    let (w, rest) = rest.split_at_mut(m * n);
    let (b, x) = rest.split_at_mut(m);
    (&mut value[0], w, b, x)
}

pub(super) fn program(m: usize, n: usize) -> Program {
    let w: &'static [f64] = numbers(7, m * n, -0.2, 0.2).leak();
    let b: &'static [f64] = numbers(8, m, -0.5, 0.5).leak();
    let x: &'static [f64] = numbers(9, n, -1.0, 1.0).leak();
    let target: &'static [f64] = numbers(10, m, -0.9, 0.9).leak();
    let inputs: &'static [f64] = [w, b, x].concat().leak();
    let crates = Layer { m, n, target };
    let tape = Tape::new();
    Program::new("dense matrix loop", format!("{m} x {n}"), m * n + m + n, 1)
        .with(PRIMAL, Gives::Value, move |out| out[0] = layer(w, b, x, target))
        .with("primal, by index", Gives::Value, move |out| out[0] = layer_by_index(w, b, x, target))
        .with(OURS, Gives::Gradient, move |out| {
            let (value, w_bar, b_bar, x_bar) = parts(out, m, n);
            *value = layer::value_and_grad_into(w, b, x, target, w_bar, b_bar, x_bar);
        })
        .with("ours, by index", Gives::Gradient, move |out| {
            let (value, w_bar, b_bar, x_bar) = parts(out, m, n);
            *value = layer_by_index::value_and_grad_into(w, b, x, target, w_bar, b_bar, x_bar);
        })
        .with(BY_HAND, Gives::Gradient, move |out| {
            let (value, w_bar, b_bar, x_bar) = parts(out, m, n);
            *value = by_hand((w, b, x, target), (w_bar, b_bar, x_bar));
        })
        .with("ad_trait adr (reverse)", Gives::Gradient, move |out| by_adr(&crates, inputs, out))
        .with("num-dual Dual64, 1 pass", Gives::OnePass, move |out| along_one_direction(&crates, inputs, out))
        .with("reverse", Gives::Gradient, move |out| by_reverse(&crates, &tape, inputs, out))
}
