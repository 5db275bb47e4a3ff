//! `#[differentiate] impl`: methods, associated functions, and calls of them.

use ad_runtime::{Differentiable, differentiate};

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Vec3 {
    x: f64,
    y: f64,
    z: f64,
}

#[differentiate]
impl Vec3 {
    fn new(x: f64, y: f64, z: f64) -> Self {
        Vec3 { x, y, z }
    }

    fn dot(self, other: Vec3) -> f64 {
        self.x * other.x + self.y * other.y + self.z * other.z
    }

    fn norm(&self) -> f64 {
        self.dot(*self).sqrt()
    }

    fn scaled(&self, by: f64) -> Self {
        Self { x: self.x * by, y: self.y * by, z: self.z * by }
    }

    fn rotate(&mut self, angle: f64) {
        let (s, c) = angle.sin_cos();
        let x = self.x;
        self.x = c * x - s * self.y;
        self.y = s * x + c * self.y;
    }

    fn twice(&mut self, angle: f64) -> f64 {
        self.rotate(angle);
        self.rotate(angle * self.x);
        self.norm() * self.x
    }

    fn power(&self, n: u32) -> f64 {
        if n == 0 { 1.0 } else { self.x * self.power(n - 1) }
    }
}

#[differentiate]
fn energy(v: &Vec3, k: f64) -> f64 {
    let mut w = v.scaled(k);
    w.rotate(k * v.x);
    let u = Vec3::new(w.x, k, w.y * w.z);
    w.norm() + u.dot(w) + u.power(3)
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

#[test]
fn siblings() {
    let v = Vec3 { x: 0.3, y: -0.7, z: 1.1 };
    let at = |p: &[f64]| Vec3 { x: p[0], y: p[1], z: p[2] };
    let g = v.norm_grad();
    close(&[g.x, g.y, g.z], &differences(|p| at(p).norm(), &[0.3, -0.7, 1.1]));
    let (value, (g, h)) = v.dot_value_and_grad(Vec3::new(1.0, 2.0, 3.0));
    assert_eq!((value, g, h), (v.dot(Vec3::new(1.0, 2.0, 3.0)), Vec3::new(1.0, 2.0, 3.0), v));
    let (w, pullback) = v.scaled_vjp(2.0);
    assert_eq!(w.x, 0.6);
    let (v_bar, by_bar) = pullback(Vec3::new(1.0, 0.0, 0.0));
    assert_eq!((v_bar, by_bar), (Vec3::new(2.0, 0.0, 0.0), 0.3));
    let (value, dot) = v.norm_jvp(&Vec3::new(1.0, 0.0, 0.0));
    assert_eq!((value, dot), (v.norm(), 0.3 / v.norm()));
    let (_, dot) = v.scaled_jvp(2.0, (&Vec3::new(1.0, 0.0, 0.0), 0.5));
    close(&[dot.x, dot.y, dot.z], &[2.15, -0.35, 0.55]);
    let (_, (gx, gy, gz)) = {
        let (y, pullback) = Vec3::new_vjp(1.0, 2.0, 3.0);
        (y, pullback(Vec3::new(0.5, 0.25, 0.125)))
    };
    assert_eq!((gx, gy, gz), (0.5, 0.25, 0.125));
    assert!(Vec3::NORM_EXPLAIN.contains("fn norm"));
}

#[test]
fn changed_in_place() {
    let f = |p: &[f64]| Vec3 { x: p[0], y: p[1], z: p[2] }.twice(p[3]);
    let mut v = Vec3 { x: 0.3, y: -0.7, z: 1.1 };
    let (g, angle_bar) = v.twice_grad(0.4);
    close(&[g.x, g.y, g.z, angle_bar], &differences(f, &[0.3, -0.7, 1.1, 0.4]));
}

#[test]
fn called_from_functions() {
    let v = Vec3 { x: 0.3, y: -0.7, z: 1.1 };
    ad_runtime::check_grad!(energy, &v, 0.8);
    let g = v.power_grad(4);
    close(&[g.x], &[4.0 * 0.3f64.powi(3)]);
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Layer {
    weights: Vec<f64>,
    bias: f64,
    #[constant]
    rate: f64,
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Net {
    layers: Vec<Layer>,
    scale: f64,
}

#[differentiate]
impl Layer {
    fn forward(&self, x: &[f64]) -> f64 {
        let mut s = self.bias;
        for (w, x) in self.weights.iter().zip(x) {
            s += w * x;
        }
        s.tanh() * self.rate
    }
}

#[differentiate]
impl Net {
    fn loss(&self, x: &[f64], #[constant] target: f64) -> f64 {
        let mut hidden = x.to_vec();
        for layer in &self.layers {
            let y = layer.forward(&hidden);
            hidden[0] = y * self.scale;
            hidden[1] += y;
        }
        (hidden[0] - target) * (hidden[0] - target) + hidden[1]
    }
}

#[test]
fn structs_of_structs() {
    let layer = |a: f64| Layer { weights: vec![a, -0.3], bias: 0.1 * a, rate: 1.5 };
    let net = Net { layers: vec![layer(0.4), layer(-0.8), layer(1.2)], scale: 0.9 };
    let (y, (net_bar, x_bar)) = net.loss_value_and_grad(&[0.2, 0.5], 0.3);
    assert_eq!(y, net.loss(&[0.2, 0.5], 0.3));
    use ad_runtime::Flat;
    let f = |p: &[f64]| {
        let mut net = net.clone();
        net.set_floats(&p[..10]);
        net.loss(&p[10..], 0.3)
    };
    let mut at = net.to_floats();
    at.extend([0.2, 0.5]);
    let mut found = net_bar.to_floats();
    found.extend(x_bar);
    close(&found, &differences(f, &at));
    assert_eq!(net_bar.layers[1].rate, 1.5);
    use ad_runtime::VectorSpace;
    let v = Net { scale: 0.7, ..net_bar.clone() };
    let (_, dot) = net.loss_jvp((&[0.2, 0.5], 0.3), (&v, &[0.0, 0.0]));
    assert!((dot - net_bar.dot(&v)).abs() < 1e-12);
}
