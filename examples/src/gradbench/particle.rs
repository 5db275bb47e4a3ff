//! `particle`: where must a charge stand, so that a particle which it repels lands at zero? A derivative in a derivative.

use crate::clock::Clock;
use crate::descent::argmin;
use crate::protocol::{Answer, answer, read, unknown};
use ad_runtime::differentiate;
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

/// The square of the place where the particle hits the ground, the charge being lowered by `w`.
#[differentiate]
fn landing(w: f64) -> f64 {
    let charges = [[10.0, 10.0 - w], [10.0, 0.0]];
    let dt = 0.1;
    let mut position = [0.0, 8.0];
    let mut velocity = [0.75, 0.0];
    loop {
        let (force, _) = potential::grad(position, charges);
        position[0] += dt * velocity[0];
        position[1] += dt * velocity[1];
        if position[1] <= 0.0 {
            break;
        }
        velocity[0] -= dt * force[0];
        velocity[1] -= dt * force[1];
    }
    let time = -position[1] / velocity[1];
    let hit = position[0] + time * velocity[0];
    hit * hit
}

fn by_reverse(w: f64) -> f64 {
    landing::grad(w)
}

fn by_forward(w: f64) -> f64 {
    landing::jvp(w, 1.0).1
}

pub(crate) fn evaluate(function: &str, input: Value, clock: &mut Clock) -> Answer {
    let Input { w } = read(input)?;
    let mut minimise = |derivative: fn(f64) -> f64| {
        let [w] = clock.time(|| argmin(|[w]| landing(w), |[w]| [derivative(w)], [w]));
        answer(w)
    };
    match function {
        "rr" => minimise(by_reverse),
        "fr" => minimise(by_forward),
        _ => unknown(function),
    }
}
