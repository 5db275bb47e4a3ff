//! Operators of types that own Vecs, are generic over a length, have parts of several types, or are indexed.

use ad_runtime::{Differentiable, Flat, differentiate};
use std::ops::*;

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

/// Not Copy.
#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Poly {
    c: Vec<f64>,
}

#[differentiate]
impl Poly {
    fn at(&self, x: f64) -> f64 {
        let mut y = 0.0;
        for c in self.c.iter().rev() {
            y = y * x + c;
        }
        y
    }
}

#[differentiate]
impl Add for Poly {
    type Output = Poly;
    fn add(self, o: Poly) -> Poly {
        let mut c: Vec<f64> = self.c;
        for (a, b) in c.iter_mut().zip(&o.c) {
            *a += b;
        }
        Poly { c }
    }
}

#[differentiate]
impl Mul for &Poly {
    type Output = Poly;
    fn mul(self, o: &Poly) -> Poly {
        let mut c = vec![0.0; self.c.len() + o.c.len() - 1];
        for (i, a) in self.c.iter().enumerate() {
            for (j, b) in o.c.iter().enumerate() {
                c[i + j] += a * b;
            }
        }
        Poly { c }
    }
}

#[differentiate]
impl MulAssign<f64> for Poly {
    fn mul_assign(&mut self, k: f64) {
        for c in self.c.iter_mut() {
            *c *= k;
        }
    }
}

#[differentiate]
fn polys(p: &Poly, q: &Poly, x: f64) -> f64 {
    let mut r = p * q;
    r *= x;
    let s = r + p.clone();
    let mut acc = s.clone();
    for _ in 0..2 {
        acc = &acc * q;
        acc *= 0.5;
    }
    acc.at(x) + s.at(x * 2.0)
}

#[test]
fn not_copy() {
    let (p, q) = (Poly { c: vec![0.3, -0.2, 0.5] }, Poly { c: vec![0.7, 0.1] });
    let (y, (pb, qb, xb)) = polys::value_and_grad(&p, &q, 0.6);
    assert_eq!(y, polys(&p, &q, 0.6));
    let mut found = pb.c.clone();
    found.extend(qb.c);
    found.push(xb);
    let f = |a: &[f64]| polys(&Poly { c: a[..3].to_vec() }, &Poly { c: a[3..5].to_vec() }, a[5]);
    close(&found, &differences(f, &[0.3, -0.2, 0.5, 0.7, 0.1, 0.6]));
}

/// Generic over a number.
#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct V<const N: usize> {
    a: [f64; N],
}

#[differentiate]
impl<const N: usize> Add for V<N> {
    type Output = V<N>;
    fn add(self, o: V<N>) -> V<N> {
        let mut a: [f64; N] = self.a;
        for (a, b) in a.iter_mut().zip(o.a) {
            *a += b;
        }
        V { a }
    }
}
#[differentiate]
impl<const N: usize> Mul<f64> for V<N> {
    type Output = Self;
    fn mul(self, k: f64) -> Self {
        let mut a: [f64; N] = self.a;
        for x in a.iter_mut() {
            *x *= k;
        }
        V { a }
    }
}
#[differentiate]
fn generic<const N: usize>(v: V<N>, w: V<N>, k: f64) -> f64 {
    let s = v * k + w * (k * k);
    let mut t = 0.0;
    for x in s.a {
        t += x * x;
    }
    t
}
#[differentiate]
fn at_three(v: V<3>, w: V<3>, k: f64) -> f64 {
    generic(v, w, k)
}
#[test]
fn const_generic() {
    let v = V { a: [0.1, 0.2, 0.3] };
    let w = V { a: [0.5, -0.2, 0.3] };
    let (_, (vb, wb, kb)) = at_three::value_and_grad(v, w, 0.7);
    let mut found = vb.to_floats();
    found.extend(wb.to_floats());
    found.push(kb);
    let f = |a: &[f64]| generic(V::<3> { a: [a[0], a[1], a[2]] }, V { a: [a[3], a[4], a[5]] }, a[6]);
    close(&found, &differences(f, &[0.1, 0.2, 0.3, 0.5, -0.2, 0.3, 0.7]));
}

/// A complex number.
#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Complex {
    re: f64,
    im: f64,
}
#[differentiate]
impl Mul for Complex {
    type Output = Complex;
    fn mul(self, o: Complex) -> Complex {
        Complex { re: self.re * o.re - self.im * o.im, im: self.re * o.im + self.im * o.re }
    }
}
#[differentiate]
impl Add for Complex {
    type Output = Complex;
    fn add(self, o: Complex) -> Complex {
        Complex { re: self.re + o.re, im: self.im + o.im }
    }
}
#[differentiate]
impl Add<f64> for Complex {
    type Output = Complex;
    fn add(self, o: f64) -> Complex {
        Complex { re: self.re + o, im: self.im }
    }
}
#[differentiate]
impl Div for Complex {
    type Output = Complex;
    fn div(self, o: Complex) -> Complex {
        let n = o.re * o.re + o.im * o.im;
        Complex { re: (self.re * o.re + self.im * o.im) / n, im: (self.im * o.re - self.re * o.im) / n }
    }
}
#[differentiate]
impl MulAssign for Complex {
    fn mul_assign(&mut self, o: Complex) {
        *self = *self * o;
    }
}

#[differentiate]
fn iterate(c: Complex, steps: usize) -> f64 {
    let mut z = Complex { re: 0.0, im: 0.0 };
    let mut sum = 0.0;
    for k in 0..steps {
        z = z * z + c;
        if k % 2 == 0 {
            z *= c;
        } else {
            z = z / (c + 2.0);
        }
        sum += z.re * z.im;
    }
    sum + z.re
}
#[test]
fn complex() {
    let f = |a: &[f64]| iterate(Complex { re: a[0], im: a[1] }, 6);
    let (y, g) = iterate::value_and_grad(Complex { re: 0.3, im: 0.4 }, 6);
    assert_eq!(y, f(&[0.3, 0.4]));
    close(&[g.re, g.im], &differences(f, &[0.3, 0.4]));
    ad_runtime::check_grad!(iterate, Complex { re: 0.3, im: 0.4 }, 5);
}

/// A type of numbers with an alias, and fields.
type Real = f64;
#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct P {
    u: Complex,
    w: f64,
    n: usize,
}

#[differentiate]
fn mixed(p: P, q: P, k: Real) -> f64 {
    let s = p.u * q.u;
    let t = s * p.u + q.w;
    let e: Complex = t / s;
    let m = p.n + 1;
    let mut total = e.re * p.w * k;
    for i in 0..m {
        total += q.w * (i as f64) + e.im / p.w;
    }
    total += p.w;
    total *= q.w;
    -total * p.w - q.w
}
#[test]
fn mixed_fields() {
    let p = P { u: Complex { re: 0.3, im: 0.5 }, w: 0.7, n: 2 };
    let q = P { u: Complex { re: -0.3, im: 0.6 }, w: 0.4, n: 1 };
    let (y, (a, b, k)) = mixed::value_and_grad(p, q, 1.3);
    assert_eq!(y, mixed(p, q, 1.3));
    let f = |v: &[f64]| {
        mixed(
            P { u: Complex { re: v[0], im: v[1] }, w: v[2], n: 2 },
            P { u: Complex { re: v[3], im: v[4] }, w: v[5], n: 1 },
            v[6],
        )
    };
    close(&[a.u.re, a.u.im, a.w, b.u.re, b.u.im, b.w, k], &differences(f, &[0.3, 0.5, 0.7, -0.3, 0.6, 0.4, 1.3]));
}

/// `v[i]`.
#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Vec2 {
    x: f64,
    y: f64,
}
impl Index<usize> for Vec2 {
    type Output = f64;
    fn index(&self, i: usize) -> &f64 {
        if i == 0 { &self.x } else { &self.y }
    }
}
impl IndexMut<usize> for Vec2 {
    fn index_mut(&mut self, i: usize) -> &mut f64 {
        if i == 0 { &mut self.x } else { &mut self.y }
    }
}
#[differentiate]
fn indexed(v: Vec2, w: &mut Vec2, k: f64) -> f64 {
    w[0] += v[1] * k;
    w[1] = w[0] * v[0];
    let mut s = 0.0;
    for i in 0..2 {
        s += w[i] * v[i] * w[1 - i];
    }
    s
}
#[differentiate]
fn indexed_value(v: Vec2, w: Vec2, k: f64) -> f64 {
    let mut w = w;
    indexed(v, &mut w, k) + w[0]
}
#[test]
fn index() {
    ad_runtime::check_grad!(indexed_value, Vec2 { x: 0.3, y: 0.8 }, Vec2 { x: -0.3, y: 0.4 }, 0.9);
}
