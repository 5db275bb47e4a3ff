//! `saddle`: a minimum over `x` of a maximum over `y`, where the derivative by `x` goes through the search for `y`.

use ad_runtime::differentiate;

use crate::program::{Against, Program};
use examples::descent::argmin;

#[differentiate(order = 2)]
fn lowered(x: [f64; 2], y: [f64; 2]) -> f64 {
    (y[0] * y[0] + y[1] * y[1]) - (x[0] * x[0] + x[1] * x[1])
}

/// Its slope by `y`, in reverse or in forward mode.
#[differentiate]
fn lowered_by_y<const REVERSE: bool>(x: [f64; 2], y: [f64; 2]) -> [f64; 2] {
    if REVERSE {
        let (_, by_y) = lowered::grad(x, y);
        by_y
    } else {
        let (_, by_y0) = lowered::jvp((x, y), ([0.0, 0.0], [1.0, 0.0]));
        let (_, by_y1) = lowered::jvp((x, y), ([0.0, 0.0], [0.0, 1.0]));
        [by_y0, by_y1]
    }
}

#[differentiate]
fn length(v: [f64; 2]) -> f64 {
    (v[0] * v[0] + v[1] * v[1]).sqrt()
}

/// The `y` for which the saddle is highest: the descent of `examples::descent`, to be differentiated.
#[differentiate]
fn highest<const REVERSE: bool>(x: [f64; 2], #[constant] start: [f64; 2]) -> [f64; 2] {
    let mut y = start;
    let mut value = lowered(x, y);
    let mut gradient = lowered_by_y::<REVERSE>(x, y);
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
            gradient = lowered_by_y::<REVERSE>(x, y);
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
fn ridge<const REVERSE: bool>(x: [f64; 2], #[constant] start: [f64; 2]) -> f64 {
    -lowered(x, highest::<REVERSE>(x, start))
}

/// The descent by hand, in both directions of `x` at once: `y_dot[i]` is the derivative of `y[i]` by `x`. That it is
/// zero for this saddle, since the slope by `y` does not depend on `x`, is not used.
fn ridge_by_hand_by_x(x: [f64; 2], start: [f64; 2]) -> [f64; 2] {
    let mut y = start;
    let mut y_dot = [[0.0; 2]; 2];
    let mut value = lowered(x, y);
    let (mut gradient, mut gradient_dot) = slope_by_hand(y, y_dot);
    let (mut rate, mut count) = (1e-5, 0);
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
            for i in 0..2 {
                for k in 0..2 {
                    y_dot[i][k] -= rate * gradient_dot[i][k];
                }
            }
            (gradient, gradient_dot) = slope_by_hand(y, y_dot);
            count += 1;
        } else {
            rate /= 2.0;
            count = 0;
        }
    }
    [0, 1].map(|k| 2.0 * x[k] - 2.0 * (y[0] * y_dot[0][k] + y[1] * y_dot[1][k]))
}

fn slope_by_hand(y: [f64; 2], y_dot: [[f64; 2]; 2]) -> ([f64; 2], [[f64; 2]; 2]) {
    ([2.0 * y[0], 2.0 * y[1]], y_dot.map(|row| row.map(|d| 2.0 * d)))
}

fn highest_by_hand(x: [f64; 2], start: [f64; 2]) -> [f64; 2] {
    argmin(|y| lowered(x, y), |y| [2.0 * y[0], 2.0 * y[1]], start)
}

fn ours<const OUTER: bool, const INNER: bool>(start: [f64; 2], out: &mut [f64]) {
    let slope = |x| {
        if OUTER {
            ridge::grad::<INNER>(x, start)
        } else {
            [[1.0, 0.0], [0.0, 1.0]].map(|direction| ridge::jvp::<INNER>((x, start), direction).1)
        }
    };
    let x = argmin(|x| ridge::<INNER>(x, start), slope, start);
    out.copy_from_slice(&[x, highest::<INNER>(x, start)].concat());
}

fn by_hand(start: [f64; 2], out: &mut [f64]) {
    let value = |x| -lowered(x, highest_by_hand(x, start));
    let x = argmin(value, |x| ridge_by_hand_by_x(x, start), start);
    out.copy_from_slice(&[x, highest_by_hand(x, start)].concat());
}

pub(crate) fn programs() -> Vec<Program> {
    let start = std::hint::black_box([1.0, 1.0]);
    let program = |modes: &str, times| Program::new(format!("saddle {modes}"), Against::ByHand(times), 4, 0);
    let hand = move |out: &mut [f64]| by_hand(start, out);
    vec![
        program("ff", 1.05).ours(move |out| ours::<false, false>(start, out)).by_hand(hand),
        program("fr", 3.0).ours(move |out| ours::<false, true>(start, out)).by_hand(hand),
        program("rf", 3.0).ours(move |out| ours::<true, false>(start, out)).by_hand(hand),
        program("rr", 3.0).ours(move |out| ours::<true, true>(start, out)).by_hand(hand),
    ]
}
