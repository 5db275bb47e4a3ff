//! How long is a pendulum, and how strongly is it damped? Fitted to its measured swing.

use ad_runtime::differentiate;
use examples::nist::factor::Factor;
use nalgebra::{DMatrix, DVector};

const GRAVITY: f64 = 9.81;

/// Angles in radians, measured every 0.2 s, of a pendulum of 0.8 m with damping 0.3 /s, let go at 1.2 rad.
const MEASURED: [f64; 25] = [
    0.9796, 0.3915, -0.3307, -0.8671, -1.0226, -0.7721, -0.2183, 0.3993, 0.8067, 0.8580, 0.5566, 0.0335, -0.4741,
    -0.7452, -0.6879, -0.3423, 0.1346, 0.5234, 0.6613, 0.5083, 0.1421, -0.2667, -0.5322, -0.5496, -0.3262,
];
const TRUE: [f64; 3] = [0.8, 0.3, 1.2];

/// Steps of the integration between two measurements.
const STEPS: usize = 40;

/// The acceleration of the angle; `p` is length, damping and first angle.
#[differentiate]
fn acceleration(p: &[f64], angle: f64, speed: f64) -> f64 {
    -GRAVITY / p[0] * angle.sin() - p[1] * speed
}

/// One step of the classical Runge-Kutta method; the state (angle, speed) is overwritten.
#[differentiate]
fn advance(state: &mut [f64], p: &[f64], #[constant] h: f64) {
    let (angle, speed) = (state[0], state[1]);
    let a1 = acceleration(p, angle, speed);
    let (speed2, a2) = (speed + h / 2.0 * a1, acceleration(p, angle + h / 2.0 * speed, speed + h / 2.0 * a1));
    let (speed3, a3) = (speed + h / 2.0 * a2, acceleration(p, angle + h / 2.0 * speed2, speed + h / 2.0 * a2));
    let (speed4, a4) = (speed + h * a3, acceleration(p, angle + h * speed3, speed + h * a3));
    state[0] += h / 6.0 * (speed + 2.0 * speed2 + 2.0 * speed3 + speed4);
    state[1] += h / 6.0 * (a1 + 2.0 * a2 + 2.0 * a3 + a4);
}

/// Swings from rest and writes what is left between the computed angles and the measured ones.
#[differentiate]
fn residuals(p: &[f64], #[constant] measured: &[f64], out: &mut [f64]) {
    let mut state = [p[2], 0.0];
    for (residual, angle) in out.iter_mut().zip(measured) {
        for _ in 0..STEPS {
            advance(&mut state, p, 0.2 / STEPS as f64);
        }
        *residual = state[0] - angle;
    }
}

fn main() {
    let mut p = [1.0, 0.1, 1.0];
    let (mut left, mut jacobian) = ([0.0; MEASURED.len()], [0.0; 3 * MEASURED.len()]);
    println!("step   length  damping  first angle   rms residual");
    for step in 0..12 {
        residuals(&p, &MEASURED, &mut left);
        let rms = (left.iter().map(|r| r * r).sum::<f64>() / left.len() as f64).sqrt();
        println!("{step:>4} {:>8.4} {:>8.4} {:>12.4} {rms:>14.2e}", p[0], p[1], p[2]);

        // Gauss-Newton: the Jacobian of the whole swing, then linear least squares.
        let r = DVector::from_row_slice(&left);
        residuals::jacobian_into(&p, &MEASURED, &mut left, &mut jacobian);
        let factor = Factor::new(DMatrix::from_row_slice(left.len(), p.len(), &jacobian)).expect("independent columns");
        let (change, _) = factor.step(&r);
        p.iter_mut().zip(&change).for_each(|(p, d)| *p += d.clamp(-0.2, 0.2));
        if change.norm() < 1e-9 {
            break;
        }
    }
    for (found, expected) in p.iter().zip(TRUE) {
        assert!((found - expected).abs() < 2e-4, "{found}, expected {expected}"); // measured to four decimals
    }
    println!("\nlength {:.3} m, damping {:.3} /s, let go at {:.3} rad: as built", p[0], p[1], p[2]);
}
