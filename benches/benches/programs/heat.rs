//! A time loop in place: the heat equation with a coefficient per cell; the value is a weighted sum of the last state.

use ad_runtime::{Const, differentiate};
use reverse::Tape;

use super::number::{Generic, Number, along_one_direction, by_adr, by_reverse, sum};
use super::{BY_HAND, Gives, OURS, PRIMAL, Program, numbers};

#[differentiate]
fn heat(u: &mut [f64], c: &[f64], steps: usize) {
    let n = u.len();
    for _ in 0..steps {
        let mut left = u[0];
        for i in 1..n - 1 {
            let here = u[i];
            u[i] = here + c[i] * (left - 2.0 * here + u[i + 1]);
            left = here;
        }
    }
}

/// `u_bar` comes in as the cotangent of the last state and leaves as that of the first.
fn by_hand(u: &mut [f64], c: &[f64], steps: usize, u_bar: &mut [f64], c_bar: &mut [f64]) {
    let n = u.len();
    let w = n - 2;
    let mut d_kept = vec![0.0; steps * w];
    for s in 0..steps {
        let kept = &mut d_kept[s * w..(s + 1) * w];
        let mut left = u[0];
        for i in 1..n - 1 {
            let here = u[i];
            let d = left - 2.0 * here + u[i + 1];
            kept[i - 1] = d;
            u[i] = here + c[i] * d;
            left = here;
        }
    }
    for s in (0..steps).rev() {
        let kept = &d_kept[s * w..(s + 1) * w];
        let mut left_bar = 0.0;
        for i in (1..n - 1).rev() {
            let o_bar = u_bar[i];
            u_bar[i] = 0.0;
            c_bar[i] += kept[i - 1] * o_bar;
            let d_bar = c[i] * o_bar;
            let here_bar = left_bar + o_bar - 2.0 * d_bar;
            left_bar = d_bar;
            u_bar[i + 1] += d_bar;
            u_bar[i] += here_bar;
        }
        u_bar[0] += left_bar;
    }
}

/// What a person comes to who looks at the memory traffic: the cotangent of the cell to the right waits in a register
/// until nothing more is added to it. Not the yardstick; it shows what is left to win.
fn by_hand_in_registers(u: &mut [f64], c: &[f64], steps: usize, u_bar: &mut [f64], c_bar: &mut [f64]) {
    let n = u.len();
    let w = n - 2;
    let mut d_kept = vec![0.0; steps * w];
    for kept in d_kept.chunks_exact_mut(w) {
        let mut left = u[0];
        for (i, (kept, c)) in kept.iter_mut().zip(&c[1..]).enumerate() {
            let here = u[i + 1];
            let d = left - 2.0 * here + u[i + 2];
            *kept = d;
            u[i + 1] = here + c * d;
            left = here;
        }
    }
    for kept in d_kept.chunks_exact(w).rev() {
        let mut left_bar = 0.0;
        let mut right_bar = u_bar[n - 1];
        for i in (0..w).rev() {
            let o_bar = u_bar[i + 1];
            c_bar[i + 1] += kept[i] * o_bar;
            let d_bar = c[i + 1] * o_bar;
            u_bar[i + 2] = right_bar + d_bar;
            right_bar = left_bar + o_bar - 2.0 * d_bar;
            left_bar = d_bar;
        }
        u_bar[1] = right_bar;
        u_bar[0] += left_bar;
    }
}

/// The inputs are the first state, then the coefficients.
#[derive(Clone, Copy)]
struct Heat {
    n: usize,
    steps: usize,
    weights: &'static [f64],
}

impl Generic for Heat {
    fn call<N: Number>(&self, inputs: &[N]) -> N {
        let (first, c) = inputs.split_at(self.n);
        let mut u = first.to_vec();
        for _ in 0..self.steps {
            let mut left = u[0];
            for i in 1..self.n - 1 {
                let here = u[i];
                u[i] = here + c[i] * (left - here.times(2.0) + u[i + 1]);
                left = here;
            }
        }
        sum(u.iter().zip(self.weights).map(|(u, &w)| u.times(w)))
    }
}

/// Runs `f` on a copy of the first state, then forms the value.
fn valued(
    first: &'static [f64],
    weights: &'static [f64],
    mut f: impl FnMut(&mut [f64], &mut [f64]),
) -> impl FnMut(&mut [f64]) {
    let mut u = first.to_vec();
    move |out| {
        u.copy_from_slice(first);
        f(&mut u, &mut out[1..]);
        out[0] = u.iter().zip(weights).map(|(u, w)| u * w).sum();
    }
}

pub(super) fn program(n: usize, steps: usize) -> Program {
    let first: &'static [f64] = numbers(4, n, 0.0, 1.0).leak();
    let c: &'static [f64] = numbers(5, n, 0.1, 0.4).leak();
    let weights: &'static [f64] = numbers(6, n, 0.5, 1.5).leak();
    let inputs: &'static [f64] = [first, c].concat().leak();
    let crates = Heat { n, steps, weights };
    let tape = Tape::new();
    let seeded = move |out: &mut [f64]| {
        out[..n].copy_from_slice(weights);
        out[n..].fill(0.0);
    };
    Program::new("in-place time loop", format!("{n} cells, {steps} steps"), 2 * n, 1)
        .with(PRIMAL, Gives::Value, valued(first, weights, move |u, _| heat(u, c, steps)))
        .with(
            OURS,
            Gives::Gradient,
            valued(first, weights, move |u, out| {
                seeded(out);
                let (u_bar, c_bar) = out.split_at_mut(n);
                heat::adjoint(u, c, steps, u_bar, c_bar, Const, ());
            }),
        )
        .with(
            BY_HAND,
            Gives::Gradient,
            valued(first, weights, move |u, out| {
                seeded(out);
                let (u_bar, c_bar) = out.split_at_mut(n);
                by_hand(u, c, steps, u_bar, c_bar);
            }),
        )
        .with(
            "by hand, in registers",
            Gives::Gradient,
            valued(first, weights, move |u, out| {
                seeded(out);
                let (u_bar, c_bar) = out.split_at_mut(n);
                by_hand_in_registers(u, c, steps, u_bar, c_bar);
            }),
        )
        .with("ad_trait adr (reverse)", Gives::Gradient, move |out| by_adr(&crates, inputs, out))
        .with("num-dual Dual64, 1 pass", Gives::OnePass, move |out| along_one_direction(&crates, inputs, out))
        .with("reverse", Gives::Gradient, move |out| by_reverse(&crates, &tape, inputs, out))
}
