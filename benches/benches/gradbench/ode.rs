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

/// Components that go through all stages of a step while they are in the nearest cache.
const BLOCK: usize = 512;

/// The blocks of all components but the first.
fn blocks(n: usize) -> impl DoubleEndedIterator<Item = (usize, usize)> {
    (1..n).step_by(BLOCK).map(move |low| (low, n.min(low + BLOCK)))
}

/// `out = x (y + h k)`, each component of the one below.
fn stage(x: &[f64], y: &[f64], h: f64, k: &[f64], out: &mut [f64], (low, high): (usize, usize)) {
    let below = y[low - 1..high - 1].iter().zip(&k[low - 1..high - 1]);
    for ((out, x), (y, k)) in out[low..high].iter_mut().zip(&x[low..high]).zip(below) {
        *out = x * (y + h * k);
    }
}

/// The first three slopes of a step.
fn stages(x: &[f64], y: &[f64], h: f64, [k1, k2, k3]: &mut [Vec<f64>; 3], block: (usize, usize)) {
    let (low, high) = block;
    for ((k1, x), y) in k1[low..high].iter_mut().zip(&x[low..high]).zip(&y[low - 1..high - 1]) {
        *k1 = x * y;
    }
    stage(x, y, h / 2.0, k1, k2, block);
    stage(x, y, h / 2.0, k2, k3, block);
}

/// Keeps the states, and computes the slopes again.
fn by_hand(x: &[f64], steps: usize, x_bar: &mut [f64]) -> f64 {
    let n = x.len();
    let h = 2.0 / steps as f64;
    let mut states = Vec::with_capacity(n * (steps + 1));
    states.resize(n, 0.0);
    let mut k = [(); 3].map(|()| vec![x[0]; n]);
    let mut k4 = vec![x[0]; n];
    for s in 0..steps {
        states.resize((s + 2) * n, 0.0);
        let (y, next) = states[s * n..(s + 2) * n].split_at_mut(n);
        next[0] = y[0] + h / 6.0 * (x[0] + 2.0 * x[0] + 2.0 * x[0] + x[0]);
        for (low, high) in blocks(n) {
            stages(x, y, h, &mut k, (low, high));
            stage(x, y, h, &k[2], &mut k4, (low, high));
            let [k1, k2, k3] = &k;
            let slopes = k1[low..high].iter().zip(&k2[low..high]).zip(&k3[low..high]).zip(&k4[low..high]);
            for ((next, y), (((k1, k2), k3), k4)) in next[low..high].iter_mut().zip(&y[low..high]).zip(slopes) {
                *next = y + h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4);
            }
        }
    }
    let value = states[n * steps + n - 1];

    // Nothing comes from above the last component, which is what the zeros behind it say.
    let above = [&x[1..], &[0.0, 0.0]].concat();
    let (mut y_bar, mut before_bar) = (vec![0.0; n + 1], vec![0.0; n + 1]);
    let mut bars = [(); 3].map(|()| vec![0.0; n + 1]);
    x_bar.fill(0.0);
    y_bar[n - 1] = 1.0;
    for y in states.chunks_exact(n).take(steps).rev() {
        blocks(n).for_each(|block| stages(x, y, h, &mut k, block));
        for block in blocks(n).rev() {
            step_back(&above, h, &y_bar, &mut bars, &mut before_bar, block);
            add_to_x_bar(y, &k, h, &y_bar, &bars, x_bar, block);
        }
        step_back(&above, h, &y_bar, &mut bars, &mut before_bar, (0, 1));
        x_bar[0] += bars[2][0];
        std::mem::swap(&mut y_bar, &mut before_bar);
    }
    value
}

/// The cotangents of a block's third and second slopes, the sum of those of all four slopes, and the cotangent of the
/// state before. `above` has the component of `x` above each.
fn step_back(
    above: &[f64],
    h: f64,
    y_bar: &[f64],
    [k3_bar, k2_bar, sum]: &mut [Vec<f64>; 3],
    before_bar: &mut [f64],
    (low, high): (usize, usize),
) {
    let (here, next) = (low..high, low + 1..high + 1);
    let (above, y_bar_next, y_bar) = (&above[here.clone()], &y_bar[next.clone()], &y_bar[here.clone()]);
    for (((k3_bar, x), y_bar), y_bar_next) in k3_bar[here.clone()].iter_mut().zip(above).zip(y_bar).zip(y_bar_next) {
        *k3_bar = h / 3.0 * y_bar + h * h / 6.0 * (x * y_bar_next);
    }
    let k3_bar_next = &k3_bar[next.clone()];
    for (((k2_bar, x), y_bar), k3_bar) in k2_bar[here.clone()].iter_mut().zip(above).zip(y_bar).zip(k3_bar_next) {
        *k2_bar = h / 3.0 * y_bar + h / 2.0 * (x * k3_bar);
    }
    let slopes = k2_bar[here.clone()].iter().zip(&k2_bar[next.clone()]).zip(&k3_bar[here.clone()]);
    for (((sum, x), y_bar), ((k2_bar, k2_bar_next), k3_bar)) in
        sum[here.clone()].iter_mut().zip(above).zip(y_bar).zip(slopes)
    {
        *sum = (h / 3.0 * y_bar + h / 2.0 * (x * k2_bar_next)) + (k2_bar + k3_bar);
    }
    for (((before_bar, x), y_bar), sum) in before_bar[here].iter_mut().zip(above).zip(y_bar).zip(&sum[next]) {
        *before_bar = y_bar + x * sum;
    }
}

fn add_to_x_bar(
    y: &[f64],
    k: &[Vec<f64>; 3],
    h: f64,
    y_bar: &[f64],
    bars: &[Vec<f64>; 3],
    x_bar: &mut [f64],
    (low, high): (usize, usize),
) {
    let (here, below) = (low..high, low - 1..high - 1);
    let [k1, k2, k3] = [0, 1, 2].map(|i| &k[i][below.clone()]);
    let [k3_bar, k2_bar, sum] = [0, 1, 2].map(|i| &bars[i][here.clone()]);
    let slopes = k1.iter().zip(k2).zip(k3).zip(&y[below]);
    let bars = k3_bar.iter().zip(k2_bar).zip(sum).zip(&y_bar[here.clone()]);
    for ((x_bar, (((k1, k2), k3), y)), (((k3_bar, k2_bar), sum), y_bar)) in x_bar[here].iter_mut().zip(slopes).zip(bars)
    {
        *x_bar += (y * sum + h / 2.0 * (k1 * k2_bar)) + (h / 2.0 * (k2 * k3_bar) + h * h / 6.0 * (k3 * y_bar));
    }
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
