//! `ode`: an initial value problem by the classical Runge-Kutta method, and the gradient of the last component.

use ad_runtime::differentiate;

use crate::program::{Against, Program, numbers};

/// The derivative of `y` by time: each component drives the next.
#[differentiate]
fn slope(x: &[f64], y: &[f64], out: &mut [f64]) {
    out[0] = x[0];
    for ((out, x), y) in out[1..].iter_mut().zip(&x[1..]).zip(y) {
        *out = x * y;
    }
}

/// That of `y + h k`.
#[differentiate]
fn slope_beyond(x: &[f64], y: &[f64], h: f64, k: &[f64], out: &mut [f64]) {
    out[0] = x[0];
    for (((out, x), y), k) in out[1..].iter_mut().zip(&x[1..]).zip(y).zip(k) {
        *out = x * (y + h * k);
    }
}

/// The last component at time 2, from zero at time 0.
#[differentiate]
fn last(x: &[f64], steps: usize) -> f64 {
    let n = x.len();
    let h = 2.0 / steps as f64;
    let mut y = vec![0.0; n];
    let mut k1 = vec![0.0; n];
    let mut k2 = vec![0.0; n];
    let mut k3 = vec![0.0; n];
    let mut k4 = vec![0.0; n];
    for _ in 0..steps {
        slope(x, &y, &mut k1);
        slope_beyond(x, &y, h / 2.0, &k1, &mut k2);
        slope_beyond(x, &y, h / 2.0, &k2, &mut k3);
        slope_beyond(x, &y, h, &k3, &mut k4);
        for ((((y, k1), k2), k3), k4) in y.iter_mut().zip(&k1).zip(&k2).zip(&k3).zip(&k4) {
            *y += h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4);
        }
    }
    y[n - 1]
}

/// Keeps the states, and computes again where a step evaluated the slope.
fn by_hand(x: &[f64], steps: usize, x_bar: &mut [f64]) -> f64 {
    let n = x.len();
    let h = 2.0 / steps as f64;
    let mut y = vec![0.0; n];
    let mut kept = Vec::with_capacity(n * steps);
    let (mut k1, mut k2, mut k3, mut k4) = (vec![0.0; n], vec![0.0; n], vec![0.0; n], vec![0.0; n]);
    for _ in 0..steps {
        kept.extend_from_slice(&y);
        slope(x, &y, &mut k1);
        slope_beyond(x, &y, h / 2.0, &k1, &mut k2);
        slope_beyond(x, &y, h / 2.0, &k2, &mut k3);
        slope_beyond(x, &y, h, &k3, &mut k4);
        for ((((y, k1), k2), k3), k4) in y.iter_mut().zip(&k1).zip(&k2).zip(&k3).zip(&k4) {
            *y += h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4);
        }
    }
    let value = y[n - 1];

    x_bar.fill(0.0);
    let mut y_bar = y;
    y_bar.fill(0.0);
    y_bar[n - 1] = 1.0;
    for y in kept.chunks_exact(n).rev() {
        slope(x, y, &mut k1);
        slope_beyond(x, y, h / 2.0, &k1, &mut k2);
        slope_beyond(x, y, h / 2.0, &k2, &mut k3);
        step_back(x, y, h, (&k1, &k2, &k3), &mut y_bar, x_bar);
    }
    value
}

/// What the component above hands down by each of the four slopes waits in registers.
fn step_back(x: &[f64], y: &[f64], h: f64, k: (&[f64], &[f64], &[f64]), y_bar: &mut [f64], x_bar: &mut [f64]) {
    let (mut from_1, mut from_2, mut from_3, mut from_4) = (0.0, 0.0, 0.0, 0.0);
    let below = y.iter().zip(k.0).zip(k.1).zip(k.2);
    let here = x[1..].iter().zip(&mut y_bar[1..]).zip(&mut x_bar[1..]);
    for (((x, y_bar), x_bar), (((y, k1), k2), k3)) in here.zip(below).rev() {
        let sixth = h / 6.0 * *y_bar;
        let k4_bar = sixth;
        let k3_bar = 2.0 * sixth + h * from_4;
        let k2_bar = 2.0 * sixth + h / 2.0 * from_3;
        let k1_bar = sixth + h / 2.0 * from_2;
        *y_bar += (from_1 + from_2) + (from_3 + from_4);
        *x_bar += (k1_bar * y + k2_bar * (y + h / 2.0 * k1)) + (k3_bar * (y + h / 2.0 * k2) + k4_bar * (y + h * k3));
        (from_1, from_2, from_3, from_4) = (x * k1_bar, x * k2_bar, x * k3_bar, x * k4_bar);
    }
    let sixth = h / 6.0 * y_bar[0];
    y_bar[0] += (from_1 + from_2) + (from_3 + from_4);
    x_bar[0] += 6.0 * sixth + h * from_4 + h / 2.0 * (from_3 + from_2);
}

/// The gradient of the large one is zero in all components, which is why there is a small one.
pub(crate) fn programs() -> Vec<Program> {
    [(10_000, 100), (100, 100)].into_iter().map(|(n, steps)| program(n, steps)).collect()
}

fn program(n: usize, steps: usize) -> Program {
    let x: &'static [f64] = numbers(6, n, 0.0, 1.0).leak();
    Program::new(format!("ode n={n} s={steps}"), Against::Primal(3.0), 1, n)
        .primal(move |out| out[0] = last(x, steps))
        .ours(move |out| {
            let (value, gradient) = out.split_at_mut(1);
            value[0] = last::value_and_grad_into(x, steps, gradient);
        })
        .by_hand(move |out| {
            let (value, gradient) = out.split_at_mut(1);
            value[0] = by_hand(x, steps, gradient);
        })
}
