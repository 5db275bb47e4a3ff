//! `particle`: where must a charge stand, so that a particle which it repels lands at zero? A derivative in a derivative.

use ad_runtime::differentiate;

use crate::program::{Against, Program};
use examples::descent::argmin;

#[differentiate(order = 2)]
fn potential(x: [f64; 2], charges: [[f64; 2]; 2]) -> f64 {
    let mut sum = 0.0;
    for c in charges {
        let (dx, dy) = (x[0] - c[0], x[1] - c[1]);
        sum += 1.0 / (dx * dx + dy * dy).sqrt();
    }
    sum
}

/// The slope of the potential by position, in reverse or in forward mode.
#[differentiate]
fn slope<const REVERSE: bool>(position: [f64; 2], charges: [[f64; 2]; 2]) -> [f64; 2] {
    if REVERSE {
        let (by_position, _) = potential::grad(position, charges);
        by_position
    } else {
        let fixed = [[0.0; 2]; 2];
        let (_, by_x) = potential::jvp((position, charges), ([1.0, 0.0], fixed));
        let (_, by_y) = potential::jvp((position, charges), ([0.0, 1.0], fixed));
        [by_x, by_y]
    }
}

/// The square of the place where the particle hits the ground, the charge being lowered by `w`.
#[differentiate]
fn landing<const REVERSE: bool>(w: f64) -> f64 {
    let charges = [[10.0, 10.0 - w], [10.0, 0.0]];
    let dt = 0.1;
    let mut position = [0.0, 8.0];
    let mut velocity = [0.75, 0.0];
    loop {
        let slope = slope::<REVERSE>(position, charges);
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

/// The acceleration that the charges give.
fn push(position: [f64; 2], charges: [[f64; 2]; 2]) -> [f64; 2] {
    let mut sum = [0.0; 2];
    for c in charges {
        let (dx, dy) = (position[0] - c[0], position[1] - c[1]);
        let square = dx * dx + dy * dy;
        let scale = 1.0 / (square * square.sqrt());
        sum[0] += scale * dx;
        sum[1] += scale * dy;
    }
    sum
}

fn landing_by_hand(w: f64) -> f64 {
    let charges = [[10.0, 10.0 - w], [10.0, 0.0]];
    let dt = 0.1;
    let mut position = [0.0, 8.0];
    let mut velocity = [0.75, 0.0];
    loop {
        let push = push(position, charges);
        position[0] += dt * velocity[0];
        position[1] += dt * velocity[1];
        if position[1] <= 0.0 {
            break;
        }
        velocity[0] += dt * push[0];
        velocity[1] += dt * push[1];
    }
    let time = -position[1] / velocity[1];
    let hit = position[0] + time * velocity[0];
    hit * hit
}

/// Everything beside its derivative by `w`, on which of the charges only the first one's height depends.
fn landing_by_hand_by_w(w: f64) -> f64 {
    let charges = [[10.0, 10.0 - w], [10.0, 0.0]];
    let rises = [-1.0, 0.0];
    let dt = 0.1;
    let (mut position, mut velocity) = ([0.0, 8.0], [0.75, 0.0]);
    let (mut position_dot, mut velocity_dot) = ([0.0; 2], [0.0; 2]);
    loop {
        let (mut push, mut push_dot) = ([0.0; 2], [0.0; 2]);
        for (c, rise) in charges.iter().zip(rises) {
            let (dx, dy) = (position[0] - c[0], position[1] - c[1]);
            let (dx_dot, dy_dot) = (position_dot[0], position_dot[1] - rise);
            let square = dx * dx + dy * dy;
            let scale = 1.0 / (square * square.sqrt());
            let scale_dot = -3.0 * (dx * dx_dot + dy * dy_dot) * (scale / square);
            push[0] += scale * dx;
            push[1] += scale * dy;
            push_dot[0] += scale * dx_dot + scale_dot * dx;
            push_dot[1] += scale * dy_dot + scale_dot * dy;
        }
        for i in 0..2 {
            position[i] += dt * velocity[i];
            position_dot[i] += dt * velocity_dot[i];
        }
        if position[1] <= 0.0 {
            break;
        }
        for i in 0..2 {
            velocity[i] += dt * push[i];
            velocity_dot[i] += dt * push_dot[i];
        }
    }
    let time = -position[1] / velocity[1];
    let time_dot = -(position_dot[1] + time * velocity_dot[1]) / velocity[1];
    let hit = position[0] + time * velocity[0];
    2.0 * hit * (position_dot[0] + time_dot * velocity[0] + time * velocity_dot[0])
}

fn ours<const OUTER: bool, const INNER: bool>(out: &mut [f64]) {
    let slope = |[w]: [f64; 1]| [if OUTER { landing::grad::<INNER>(w) } else { landing::jvp::<INNER>(w, 1.0).1 }];
    out.copy_from_slice(&argmin(|[w]| landing::<INNER>(w), slope, [0.0]));
}

fn by_hand(out: &mut [f64]) {
    out.copy_from_slice(&argmin(|[w]| landing_by_hand(w), |[w]| [landing_by_hand_by_w(w)], [0.0]));
}

pub(crate) fn programs() -> Vec<Program> {
    let program = |modes: &str, times| Program::new(format!("particle {modes}"), Against::ByHand(times), 1, 0);
    vec![
        program("ff", 1.05).ours(ours::<false, false>).by_hand(by_hand),
        program("fr", 3.0).ours(ours::<false, true>).by_hand(by_hand),
        program("rf", 3.0).ours(ours::<true, false>).by_hand(by_hand),
        program("rr", 3.0).ours(ours::<true, true>).by_hand(by_hand),
    ]
}
