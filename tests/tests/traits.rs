//! `#[differentiate]` on traits and on their impls, and functions that are generic over such a trait.

use ad_runtime::{Differentiable, Flat, differentiate};

#[differentiate(order = 2)]
trait Potential {
    /// The range of the force.
    const RANGE: f64;

    fn energy(&self, x: &[f64]) -> f64;

    fn scaled(&self, x: &[f64], k: f64) -> f64 {
        let y = k * self.energy(x);
        y * y / Self::RANGE
    }

    fn shift(&mut self, by: f64);

    fn unit(k: f64) -> Self;
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Spring {
    k: f64,
    rest: Vec<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Morse {
    depth: f64,
    width: f64,
}

#[differentiate(order = 2)]
impl Potential for Spring {
    const RANGE: f64 = 2.0;

    fn energy(&self, x: &[f64]) -> f64 {
        let mut e = 0.0;
        for (x, r) in x.iter().zip(&self.rest) {
            e += 0.5 * self.k * (x - r) * (x - r);
        }
        e
    }

    fn shift(&mut self, by: f64) {
        self.rest[0] += by * self.k;
    }

    fn unit(k: f64) -> Self {
        Spring { k, rest: vec![0.0, k * k] }
    }
}

#[differentiate(order = 2)]
impl Potential for Morse {
    const RANGE: f64 = 3.0;

    fn energy(&self, x: &[f64]) -> f64 {
        let d = 1.0 - (-self.width * x[0]).exp();
        self.depth * d * d + self.part(x)
    }

    fn scaled(&self, y: &[f64], k: f64) -> f64 {
        k.sin() * self.energy(y) * Self::RANGE
    }

    fn shift(&mut self, by: f64) {
        self.width *= by;
    }

    fn unit(k: f64) -> Self {
        Morse { depth: k, width: 1.0 }
    }
}

#[differentiate(order = 2)]
impl Morse {
    fn part(&self, x: &[f64]) -> f64 {
        self.width * x[1] * x[1]
    }
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

fn spring(p: &[f64]) -> Spring {
    Spring { k: p[0], rest: p[1..3].to_vec() }
}

fn morse(p: &[f64]) -> Morse {
    Morse { depth: p[0], width: p[1] }
}

#[test]
fn siblings() {
    let (s, x) = (spring(&[1.5, 0.1, -0.2]), [0.7, 0.4]);
    let (y, (s_bar, x_bar)) = s.energy_value_and_grad(&x);
    assert_eq!(y, s.energy(&x));
    // By hand: k (x - rest).
    close(&x_bar, &[1.5 * 0.6, 1.5 * 0.6]);
    close(&s_bar.rest, &[-1.5 * 0.6, -1.5 * 0.6]);
    close(&[s_bar.k], &[0.36]);
    let (_, y_dot) = s.energy_jvp(&x, (&s_bar, &x_bar));
    close(&[y_dot], &[0.36 * 0.36 + 4.0 * 0.81]);
    let (_, pullback) = s.scaled_vjp(&x, 0.8);
    let (s_bar, x_bar, k_bar) = pullback(1.0);
    let f = |p: &[f64]| spring(p).scaled(&p[3..5], p[5]);
    let mut found = s_bar.to_floats();
    found.extend(x_bar);
    found.push(k_bar);
    close(&found, &differences(f, &[1.5, 0.1, -0.2, 0.7, 0.4, 0.8]));
    let (unit, pullback) = Spring::unit_vjp(1.5);
    assert_eq!(unit, Spring::unit(1.5));
    close(&[pullback(Spring { k: 2.0, rest: vec![5.0, 7.0] })], &[2.0 + 7.0 * 3.0]);
}

#[differentiate(order = 2)]
fn generic<P: Potential>(p: &P, x: &[f64], k: f64) -> f64 {
    let mut sum = p.energy(x);
    for i in 0..2 {
        sum += x[i] * p.scaled(x, k * sum);
    }
    sum * P::RANGE
}

#[differentiate]
fn moved<P>(mut p: P, x: &[f64]) -> f64
where
    P: Potential,
{
    p.shift(x[0]);
    p.shift(x[1] * 0.5);
    let unit = P::unit(x[0]);
    p.energy(x) * unit.energy(x)
}

#[test]
fn functions_of_any_potential() {
    let at = [1.5, 0.1, -0.2, 0.7, 0.4, 0.8];
    let (p_bar, x_bar, k_bar) = generic::grad(&spring(&at), &at[3..5], at[5]);
    let mut found = p_bar.to_floats();
    found.extend(x_bar);
    found.push(k_bar);
    close(&found, &differences(|p| generic(&spring(p), &p[3..5], p[5]), &at));

    let at = [1.5, 0.4, 0.7, 0.4, 0.8];
    let (p_bar, x_bar, k_bar) = generic::grad(&morse(&at), &at[2..4], at[4]);
    let mut found = p_bar.to_floats();
    found.extend(x_bar);
    found.push(k_bar);
    close(&found, &differences(|p| generic(&morse(p), &p[2..4], p[4]), &at));
    let direction = (morse(&[0.3, 0.2]), [0.5, -0.1], 0.7);
    let (_, dot) = generic::jvp((&morse(&at), &at[2..4], at[4]), (&direction.0, &direction.1, direction.2));
    let along = [0.3, 0.2, 0.5, -0.1, 0.7];
    close(&[dot], &[found.iter().zip(along).map(|(g, d)| g * d).sum()]);

    let at = [1.5, 0.1, -0.2, 0.7, 0.4];
    let (p_bar, x_bar) = moved::grad(spring(&at), &at[3..5]);
    let mut found = p_bar.to_floats();
    found.extend(x_bar);
    close(&found, &differences(|p| moved(spring(p), &p[3..5]), &at));
}

#[test]
fn second_order() {
    let at = [1.5, 0.4, 0.7, 0.4, 0.8];
    let along = [0.3, 0.2, 0.5, -0.1, 0.7];
    let grad = |p: &[f64]| {
        let (p_bar, x_bar, k_bar) = generic::grad(&morse(p), &p[2..4], p[4]);
        let mut all = p_bar.to_floats();
        all.extend(x_bar);
        all.push(k_bar);
        all
    };
    let (p_bar, x_bar, k_bar) = generic::hvp((&morse(&at), &at[2..4], at[4]), (&morse(&along), &along[2..4], along[4]));
    let mut found = p_bar.to_floats();
    found.extend(x_bar);
    found.push(k_bar);
    let moved = |by: f64| grad(&at.iter().zip(&along).map(|(p, d)| p + by * d).collect::<Vec<_>>());
    let expected: Vec<f64> = moved(1e-5).iter().zip(moved(-1e-5)).map(|(a, b)| (a - b) / 2e-5).collect();
    close(&found, &expected);
}
