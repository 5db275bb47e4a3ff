//! `saddle`: a minimum over `x` of a maximum over `y`, where the derivative by `x` goes through the search for `y`.

use crate::clock::Clock;
use crate::descent::{Mode, modes};
use crate::protocol::{Answer, answer, read, unknown};
use ad_runtime::differentiate;
use examples::descent::argmin;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Input {
    start: [f64; 2],
}

#[differentiate(order = 2)]
fn lowered(x: [f64; 2], y: [f64; 2]) -> f64 {
    (y[0] * y[0] + y[1] * y[1]) - (x[0] * x[0] + x[1] * x[1])
}

#[differentiate]
fn lowered_by_y(x: [f64; 2], y: [f64; 2], #[constant] mode: Mode) -> [f64; 2] {
    match mode {
        Mode::Forward => {
            let (_, by_y0) = lowered::jvp((x, y), ([0.0, 0.0], [1.0, 0.0]));
            let (_, by_y1) = lowered::jvp((x, y), ([0.0, 0.0], [0.0, 1.0]));
            [by_y0, by_y1]
        }
        Mode::Reverse => {
            let (_, by_y) = lowered::grad(x, y);
            by_y
        }
    }
}

#[differentiate]
fn length(v: [f64; 2]) -> f64 {
    (v[0] * v[0] + v[1] * v[1]).sqrt()
}

/// The `y` for which the saddle is highest: the descent of `examples::descent`, to be differentiated.
#[differentiate]
fn highest(x: [f64; 2], #[constant] start: [f64; 2], #[constant] inner: Mode) -> [f64; 2] {
    let mut y = start;
    let mut value = lowered(x, y);
    let mut gradient = lowered_by_y(x, y, inner);
    let mut rate = 1e-5;
    let mut count = 0;
    while length(gradient) > 1e-5 {
        if count == 10 {
            rate *= 2.0;
            count = 0;
            continue;
        }
        let next = [y[0] - rate * gradient[0], y[1] - rate * gradient[1]];
        if length([y[0] - next[0], y[1] - next[1]]) <= 1e-5 {
            break;
        }
        let next_value = lowered(x, next);
        if next_value < value {
            y = next;
            value = next_value;
            gradient = lowered_by_y(x, y, inner);
            count += 1;
        } else {
            rate /= 2.0;
            count = 0;
        }
    }
    y
}

/// The height of the saddle at `x`, at the highest point across.
#[differentiate]
fn ridge(x: [f64; 2], #[constant] start: [f64; 2], #[constant] inner: Mode) -> f64 {
    -lowered(x, highest(x, start, inner))
}

fn ridge_by_x(x: [f64; 2], start: [f64; 2], outer: Mode, inner: Mode) -> [f64; 2] {
    match outer {
        Mode::Forward => [[1.0, 0.0], [0.0, 1.0]].map(|direction| ridge::jvp((x, start, inner), direction).1),
        Mode::Reverse => ridge::grad(x, start, inner),
    }
}

pub(crate) fn evaluate(function: &str, input: Value, clock: &mut Clock) -> Answer {
    let Input { start } = read(input)?;
    let Some((outer, inner)) = modes(function) else { return unknown(function) };
    answer(clock.time(|| {
        let x = argmin(|x| ridge(x, start, inner), |x| ridge_by_x(x, start, outer, inner), start);
        [x, highest(x, start, inner)].concat()
    }))
}
