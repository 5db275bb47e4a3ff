//! `#[differentiate] impl Add for V`: operators of users' types.

#![allow(clippy::op_ref, reason = "operators of references are tested")]

use ad_runtime::{Differentiable, Flat, differentiate};
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Vec3 {
    x: f64,
    y: f64,
    z: f64,
}

#[differentiate(order = 2)]
impl Vec3 {
    fn new(x: f64, y: f64, z: f64) -> Self {
        Vec3 { x, y, z }
    }

    fn norm(self) -> f64 {
        (self * self).sqrt()
    }
}

#[differentiate(order = 2)]
impl Add for Vec3 {
    type Output = Vec3;
    fn add(self, o: Vec3) -> Vec3 {
        Vec3 { x: self.x + o.x, y: self.y + o.y, z: self.z + o.z }
    }
}

#[differentiate(order = 2)]
impl Sub for Vec3 {
    type Output = Self;
    fn sub(self, o: Self) -> Self {
        self + (-o)
    }
}

#[differentiate(order = 2)]
impl Neg for Vec3 {
    type Output = Vec3;
    fn neg(self) -> Self::Output {
        Vec3 { x: -self.x, y: -self.y, z: -self.z }
    }
}

#[differentiate(order = 2)]
impl Mul<f64> for Vec3 {
    type Output = Vec3;
    fn mul(self, k: f64) -> Vec3 {
        Vec3::new(self.x * k, self.y * k, self.z * k)
    }
}

#[differentiate(order = 2)]
impl Mul<Vec3> for f64 {
    type Output = Vec3;
    fn mul(self, v: Vec3) -> Vec3 {
        v * self
    }
}

/// The scalar product.
#[differentiate(order = 2)]
impl Mul for Vec3 {
    type Output = f64;
    fn mul(self, o: Vec3) -> f64 {
        self.x * o.x + self.y * o.y + self.z * o.z
    }
}

#[differentiate(order = 2)]
impl<'a> Mul<&'a Vec3> for &Vec3 {
    type Output = f64;
    fn mul(self, o: &'a Vec3) -> f64 {
        *self * *o
    }
}

#[differentiate(order = 2)]
impl Div<f64> for Vec3 {
    type Output = Vec3;
    fn div(self, k: f64) -> Vec3 {
        self * (1.0 / k)
    }
}

#[differentiate(order = 2)]
impl AddAssign for Vec3 {
    fn add_assign(&mut self, o: Vec3) {
        self.x += o.x;
        self.y += o.y;
        self.z += o.z;
    }
}

#[differentiate(order = 2)]
impl SubAssign<&Vec3> for Vec3 {
    fn sub_assign(&mut self, o: &Vec3) {
        *self += -*o;
    }
}

#[differentiate(order = 2)]
impl MulAssign<f64> for Vec3 {
    fn mul_assign(&mut self, k: f64) {
        *self = *self * k;
    }
}

#[differentiate(order = 2)]
impl DivAssign<f64> for Vec3 {
    fn div_assign(&mut self, k: f64) {
        self.x /= k;
        self.y /= k;
        self.z /= k;
    }
}

fn v(at: &[f64]) -> Vec3 {
    Vec3 { x: at[0], y: at[1], z: at[2] }
}

/// The gradient by differences along each component.
fn differences(f: impl Fn(&[f64]) -> f64, at: &[f64]) -> Vec<f64> {
    (0..at.len())
        .map(|i| {
            let (mut up, mut down) = (at.to_vec(), at.to_vec());
            up[i] += 1e-5;
            down[i] -= 1e-5;
            (f(&up) - f(&down)) / 2e-5
        })
        .collect()
}

fn close(a: &[f64], b: &[f64]) {
    assert_eq!(a.len(), b.len());
    for (a, b) in a.iter().zip(b) {
        assert!((a - b).abs() < 1e-7 * (1.0 + a.abs()), "{a} and {b}");
    }
}

#[differentiate(order = 2)]
fn chain(a: Vec3, b: Vec3, k: f64) -> f64 {
    let c = a + b * k - a * (k * k) / 3.0;
    let d = -c + 0.5 * b;
    d * c + (a - b).norm()
}

#[test]
fn chains() {
    let (a, b) = (Vec3::new(0.3, -0.7, 1.1), Vec3::new(-0.2, 0.9, 0.4));
    ad_runtime::check_grad!(chain, a, b, 0.8);
    // By hand, of the scalar product alone.
    assert_eq!(ad_runtime::operators::Mul::operator_adjoint(a, b, ad_runtime::Const, ad_runtime::Const, &1.0), a * b);
    let mut a_bar = Vec3::new(0.0, 0.0, 0.0);
    ad_runtime::operators::Mul::operator_adjoint(a, b, &mut a_bar, ad_runtime::Const, &2.0);
    assert_eq!(a_bar, b * 2.0);
}

#[test]
fn second_order() {
    let at = [0.3, -0.7, 1.1, -0.2, 0.9, 0.4, 0.8];
    let along = [0.5, 0.1, -0.3, 0.7, -0.6, 0.2, 0.9];
    let grad = |p: &[f64]| {
        let (a, b, k) = chain::grad(v(&p[..3]), v(&p[3..6]), p[6]);
        let mut all = a.to_floats();
        all.extend(b.to_floats());
        all.push(k);
        all
    };
    let (a, b, k) = chain::hvp((v(&at[..3]), v(&at[3..6]), at[6]), (v(&along[..3]), v(&along[3..6]), along[6]));
    let mut found = a.to_floats();
    found.extend(b.to_floats());
    found.push(k);
    let expected: Vec<f64> = (0..7)
        .map(|i| {
            let moved = |by: f64| grad(&at.iter().zip(&along).map(|(p, d)| p + by * d).collect::<Vec<_>>())[i];
            (moved(1e-5) - moved(-1e-5)) / 2e-5
        })
        .collect();
    close(&found, &expected);
}

#[differentiate]
fn assigned(a: Vec3, b: &Vec3, k: f64) -> Vec3 {
    let mut s = a;
    s += *b * k;
    s *= k;
    s -= b;
    s += s;
    s /= 2.0 + k * k;
    s
}

#[differentiate]
fn through_mut(s: &mut Vec3, b: Vec3, k: f64) {
    *s += b * s.x;
    *s *= k;
}

#[differentiate]
fn through_mut_value(a: Vec3, b: Vec3, k: f64) -> Vec3 {
    let mut s = a;
    through_mut(&mut s, b, k);
    s
}

#[test]
fn assignments() {
    let (a, b) = (Vec3::new(0.3, -0.7, 1.1), Vec3::new(-0.2, 0.9, 0.4));
    ad_runtime::check_grad!(assigned, a, &b, 0.8);
    ad_runtime::check_grad!(through_mut_value, a, b, 0.8);
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Body {
    position: Vec3,
    velocity: Vec3,
    mass: f64,
}

/// Everything is a field: the annotation says that it is a struct.
#[differentiate]
fn energy(bodies: &[Body], g: f64) -> f64 {
    let mut e = 0.0;
    for (i, b) in bodies.iter().enumerate() {
        e += 0.5 * b.mass * (b.velocity * b.velocity);
        for c in &bodies[..i] {
            let d: Vec3 = b.position - c.position;
            e -= g * b.mass * c.mass / d.norm();
        }
    }
    e
}

#[differentiate]
fn drift(bodies: &mut [Body], forces: &[Vec3], dt: f64, steps: usize) {
    for _ in 0..steps {
        for (b, f) in bodies.iter_mut().zip(forces) {
            b.velocity += *f * dt / b.mass;
            b.position += b.velocity * dt;
        }
    }
}

#[differentiate]
fn after(bodies: &[Body], forces: &[Vec3], dt: f64) -> f64 {
    let mut moved = bodies.to_vec();
    drift(&mut moved, forces, dt, 3);
    energy(&moved, 0.7)
}

fn bodies() -> Vec<Body> {
    (0..3)
        .map(|i| {
            let t = f64::from(i);
            Body {
                position: Vec3::new(t.cos() + 0.1, t.sin(), 0.3 * t),
                velocity: Vec3::new(0.2 - 0.1 * t, 0.4, 0.3 * t),
                mass: 1.0 + 0.5 * t,
            }
        })
        .collect()
}

#[test]
fn fields() {
    let all = bodies();
    let f = |p: &[f64]| {
        let mut all = all.clone();
        all.set_floats(&p[..21]);
        energy(&all, p[21])
    };
    let mut at = all.to_floats();
    at.push(0.9);
    let (bar, g) = energy::grad(&all, 0.9);
    let mut found = bar.to_floats();
    found.push(g);
    close(&found, &differences(f, &at));

    let forces = [Vec3::new(0.1, 0.2, 0.3), Vec3::new(-0.4, 0.2, 0.1), Vec3::new(0.0, 0.5, -0.3)];
    let f = |p: &[f64]| {
        let (mut all, mut forces) = (all.clone(), forces);
        all.set_floats(&p[..21]);
        forces[..].set_floats(&p[21..30]);
        after(&all, &forces, p[30])
    };
    let mut at = all.to_floats();
    at.extend(forces[..].to_floats());
    at.push(0.05);
    let (y, (bar, force_bars, dt)) = after::value_and_grad(&all, &forces, 0.05);
    assert_eq!(y, after(&all, &forces, 0.05));
    let mut found = bar.to_floats();
    found.extend(force_bars.to_floats());
    found.push(dt);
    close(&found, &differences(f, &at));
}

#[differentiate]
fn closures(points: &[Vec3], weights: &[f64]) -> f64 {
    let blend = |a: Vec3, b: Vec3, t: f64| a * (1.0 - t) + b * t;
    let mut all = vec![points[0]; points.len()];
    for i in 1..points.len() {
        let next = blend(all[i - 1], points[i], weights[i]);
        all[i] = next;
        if weights[i] > 0.5 {
            all[i] *= weights[0];
        } else {
            all[i] -= &points[0];
        }
    }
    let total = all.iter().zip(weights).fold(Vec3::new(0.0, 0.0, 0.0), |sum, (p, w)| sum + *p * *w);
    &total * &points[1] + total.norm()
}

#[test]
fn in_closures_and_loops() {
    let points =
        [Vec3::new(0.1, 0.2, 0.3), Vec3::new(-0.4, 0.2, 0.1), Vec3::new(0.0, 0.5, -0.3), Vec3::new(0.6, -0.2, 0.7)];
    ad_runtime::check_grad!(closures, &points, &[0.3, 0.8, 0.2, 0.7]);
}
