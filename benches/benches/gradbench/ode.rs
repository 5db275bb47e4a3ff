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

/// Keeps the states, and on the way back computes again where a step evaluated the slope.
fn by_hand(x: &[f64], steps: usize, x_bar: &mut [f64]) -> f64 {
    let n = x.len();
    let h = 2.0 / steps as f64;
    let mut states = Vec::with_capacity(steps);
    let mut y = vec![0.0; n];
    let [mut k1, mut k2, mut k3, mut k4] = [(); 4].map(|()| vec![x[0]; n]);
    for _ in 0..steps {
        let mut next = Vec::with_capacity(n);
        next.push(y[0] + h / 6.0 * (x[0] + 2.0 * x[0] + 2.0 * x[0] + x[0]));
        for (low, high) in blocks(n) {
            for ((k1, x), y) in k1[low..high].iter_mut().zip(&x[low..high]).zip(&y[low - 1..high - 1]) {
                *k1 = x * y;
            }
            stage(x, &y, h / 2.0, &k1, &mut k2, (low, high));
            stage(x, &y, h / 2.0, &k2, &mut k3, (low, high));
            stage(x, &y, h, &k3, &mut k4, (low, high));
            let slopes = k1[low..high].iter().zip(&k2[low..high]).zip(&k3[low..high]).zip(&k4[low..high]);
            next.extend(
                y[low..high]
                    .iter()
                    .zip(slopes)
                    .map(|(y, (((k1, k2), k3), k4))| y + h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)),
            );
        }
        states.push(std::mem::replace(&mut y, next));
    }

    let half = Vec::from_iter(x.iter().map(|x| h / 2.0 * x).chain([0.0]));
    let (mut k4_bar, mut before_bar) = (vec![0.0; n + 1], vec![0.0; n + 1]);
    k4_bar[n - 1] = h / 6.0;
    let mut back =
        Back { half, a: vec![1.0; n + 1], b: vec![1.0; n + 1], k3_bar: vec![0.0; n + 1], k2_bar: vec![0.0; n + 1] };
    x_bar.fill(0.0);
    for y in states.iter().rev() {
        back.a[1] = y[0] + back.half[0];
        back.b[1] = y[0] + back.half[0];
        blocks(n).for_each(|block| back.arguments(y, block));
        before_bar[n - 1] = k4_bar[n - 1];
        for block in blocks(n).rev() {
            back.slopes(&k4_bar, block);
            back.step(y, &k4_bar, &mut before_bar, x_bar, block);
        }
        back.slopes(&k4_bar, (0, 1));
        x_bar[0] += 2.0 * k4_bar[0] + back.half[1] * back.k2_bar[1] + back.k2_bar[0] + back.k3_bar[0];
        std::mem::swap(&mut k4_bar, &mut before_bar);
    }
    y[n - 1]
}

/// The way back through a step, whose fourth slope has the cotangent of the state after it but for a factor.
///
/// There is a zero behind the last component of all but `a` and `b`, since nothing comes from above it.
struct Back {
    /// `h x / 2`
    half: Vec<f64>,
    /// Where the second and third slopes were evaluated. There is a one before the first component, which nothing drives.
    a: Vec<f64>,
    b: Vec<f64>,
    k3_bar: Vec<f64>,
    k2_bar: Vec<f64>,
}

impl Back {
    fn arguments(&mut self, y: &[f64], (low, high): (usize, usize)) {
        let Self { half, a, b, .. } = self;
        let (next, half, here) = (low + 1..high + 1, &half[low..high], &y[low..high]);
        for (((a, y), half), below) in a[next.clone()].iter_mut().zip(here).zip(half).zip(&y[low - 1..high - 1]) {
            *a = y + half * below;
        }
        for (((b, y), half), below) in b[next].iter_mut().zip(here).zip(half).zip(&a[low..high]) {
            *b = y + half * below;
        }
    }

    /// The cotangents of the third and of the second slope.
    fn slopes(&mut self, k4_bar: &[f64], (low, high): (usize, usize)) {
        let Self { half, k3_bar, k2_bar, .. } = self;
        let (here, next) = (low..high, low + 1..high + 1);
        let (half, k4_bar, above) = (&half[next.clone()], &k4_bar[here.clone()], &k4_bar[next.clone()]);
        for (((k3_bar, k4_bar), half), above) in k3_bar[here.clone()].iter_mut().zip(k4_bar).zip(half).zip(above) {
            *k3_bar = 2.0 * (k4_bar + half * above);
        }
        for (((k2_bar, k4_bar), half), above) in k2_bar[here].iter_mut().zip(k4_bar).zip(half).zip(&k3_bar[next]) {
            *k2_bar = 2.0 * k4_bar + half * above;
        }
    }

    /// The cotangent of the state below each component of the block, and what `x` gains.
    fn step(&self, y: &[f64], k4_bar: &[f64], before_bar: &mut [f64], x_bar: &mut [f64], block: (usize, usize)) {
        let (low, high) = block;
        let count = high - low;
        let (x_bar, before_bar) = (&mut x_bar[low..high], &mut before_bar[low - 1..high - 1]);
        let (half_below, half, half_above) =
            (&self.half[low - 1..][..count], &self.half[low..][..count], &self.half[low + 1..][..count]);
        let (k4_bar_below, k4_bar) = (&k4_bar[low - 1..][..count], &k4_bar[low..][..count]);
        let (k2_bar, k2_bar_above) = (&self.k2_bar[low..][..count], &self.k2_bar[low + 1..][..count]);
        let (k3_bar, y) = (&self.k3_bar[low..][..count], &y[low - 1..][..count]);
        let (a, b, b_below) = (&self.a[low..][..count], &self.b[low..][..count], &self.b[low - 1..][..count]);
        for i in 0..count {
            let k1_bar = k4_bar[i] + half_above[i] * k2_bar_above[i];
            let sum = (k1_bar + k2_bar[i]) + (k3_bar[i] + k4_bar[i]);
            before_bar[i] = k4_bar_below[i] + half[i] * (1.0 / 3.0) * sum;
            let last = y[i] + 2.0 * half_below[i] * b_below[i];
            x_bar[i] += (k1_bar * y[i] + k2_bar[i] * a[i]) + (k3_bar[i] * b[i] + k4_bar[i] * last);
        }
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
