//! `particle`: where must a charge stand, so that a particle which it repels lands at zero? A derivative in a derivative.

use crate::clock::Clock;
use crate::descent::{Mode, modes};
use crate::protocol::{Answer, answer, read, unknown};
use ad_runtime::differentiate;
use examples::descent::argmin;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Input {
    w: f64,
}

#[differentiate(order = 2)]
fn potential(x: [f64; 2], charges: [[f64; 2]; 2]) -> f64 {
    let mut sum = 0.0;
    for c in charges {
        let (dx, dy) = (x[0] - c[0], x[1] - c[1]);
        sum += 1.0 / (dx * dx + dy * dy).sqrt();
    }
    sum
}

/// The slope of the potential by position.
#[differentiate]
fn slope(position: [f64; 2], charges: [[f64; 2]; 2], #[constant] mode: Mode) -> [f64; 2] {
    match mode {
        Mode::Forward => {
            let fixed = [[0.0; 2]; 2];
            let (_, by_x) = potential::jvp((position, charges), ([1.0, 0.0], fixed));
            let (_, by_y) = potential::jvp((position, charges), ([0.0, 1.0], fixed));
            [by_x, by_y]
        }
        Mode::Reverse => {
            let (by_position, _) = potential::grad(position, charges);
            by_position
        }
    }
}

/// The square of the place where the particle hits the ground, the charge being lowered by `w`.
#[differentiate]
fn landing(w: f64, #[constant] inner: Mode) -> f64 {
    let charges = [[10.0, 10.0 - w], [10.0, 0.0]];
    let dt = 0.1;
    let mut position = [0.0, 8.0];
    let mut velocity = [0.75, 0.0];
    loop {
        let slope = slope(position, charges, inner);
        position[0] += dt * velocity[0];
        position[1] += dt * velocity[1];
        if position[1] <= 0.0 {
            break;
        }
        velocity[0] -= dt * slope[0];
        velocity[1] -= dt * slope[1];
    }
    let time = -position[1] / velocity[1];
    let hit = position[0] + time * velocity[0];
    hit * hit
}

fn landing_by_w(w: f64, outer: Mode, inner: Mode) -> f64 {
    match outer {
        Mode::Forward => landing::jvp((w, inner), 1.0).1,
        Mode::Reverse => landing::grad(w, inner),
    }
}

pub(crate) fn evaluate(function: &str, input: Value, clock: &mut Clock) -> Answer {
    let Input { w } = read(input)?;
    let Some((outer, inner)) = modes(function) else { return unknown(function) };
    let [w] = clock.time(|| argmin(|[w]| landing(w, inner), |[w]| [landing_by_w(w, outer, inner)], [w]));
    answer(w)
}
