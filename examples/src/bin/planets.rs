//! Forces as the gradient of an energy: bodies that attract each other, in vectors with operators, under any law of attraction.
//!
//! Each force is compared with the formula.

use ad_runtime::{Differentiable, differentiate};
use std::ops::{Add, Mul};

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Vec3 {
    x: f64,
    y: f64,
    z: f64,
}

#[differentiate]
impl Add for Vec3 {
    type Output = Vec3;
    fn add(self, o: Vec3) -> Vec3 {
        Vec3 { x: self.x + o.x, y: self.y + o.y, z: self.z + o.z }
    }
}

#[differentiate]
impl Mul<f64> for Vec3 {
    type Output = Vec3;
    fn mul(self, k: f64) -> Vec3 {
        Vec3 { x: self.x * k, y: self.y * k, z: self.z * k }
    }
}

#[differentiate]
impl Mul for Vec3 {
    type Output = f64;
    fn mul(self, o: Vec3) -> f64 {
        self.x * o.x + self.y * o.y + self.z * o.z
    }
}

/// The energy of two bodies of mass one at a distance.
#[differentiate]
trait Attraction {
    fn energy(&self, distance: f64) -> f64;
}

#[derive(Clone, Debug, Differentiable)]
struct Gravity {
    g: f64,
    softening: f64,
}

#[differentiate]
impl Attraction for Gravity {
    fn energy(&self, distance: f64) -> f64 {
        -self.g / distance.hypot(self.softening)
    }
}

#[differentiate]
fn potential<A: Attraction>(law: &A, at: &[Vec3], masses: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..at.len() {
        for j in 0..i {
            let d = at[i] + at[j] * -1.0;
            let square = d * d;
            sum += masses[i] * masses[j] * law.energy(square.sqrt());
        }
    }
    sum
}

fn main() {
    let law = Gravity { g: 1.0, softening: 0.05 };
    let v = |x, y, z| Vec3 { x, y, z };
    let (at, masses) = ([v(0.0, 0.0, 0.0), v(1.0, 0.0, 0.1), v(0.0, 2.0, -0.3)], [1.0, 0.5, 0.1]);
    let (_, gradient, _) = potential::grad(&law, &at, &masses);
    for i in 0..at.len() {
        // By the formula: the sum of g m m' d / (|d|² + softening²)^(3/2).
        let mut force = v(0.0, 0.0, 0.0);
        for j in (0..at.len()).filter(|j| *j != i) {
            let d = at[j] + at[i] * -1.0;
            let r = (d * d).sqrt().hypot(law.softening);
            force = force + d * (law.g * masses[i] * masses[j] / r.powi(3));
        }
        let error = force + gradient[i];
        println!("force on body {i}: ({:9.6}, {:9.6}, {:9.6})", force.x, force.y, force.z);
        assert!((error * error).sqrt() < 1e-12, "{error:?}");
    }
}
