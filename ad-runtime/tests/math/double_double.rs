//! Reference values with about 100 bits, from Taylor series in sums of two floats: other formulas than those tested.
//!
//! Sums and products after Joldes, Muller and Popescu, "Tight and rigorous error bounds for basic building blocks of
//! double-word arithmetic" (2017).

use std::ops::{Add, Div, Mul, Neg, Sub};

/// high + low
#[derive(Clone, Copy, Debug)]
pub(crate) struct Double(pub(crate) f64, pub(crate) f64);

/// m * 2^e: the exponent of its own keeps the digits of results that an `f64` would round to subnormal numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Value {
    pub(crate) m: Double,
    pub(crate) e: i32,
}

const ONE: Double = Double(1.0, 0.0);
const LN_2: Double = Double(std::f64::consts::LN_2, 2.3190468138462996e-17);
const TWO_OVER_ROOT_PI: Double = Double(std::f64::consts::FRAC_2_SQRT_PI, 1.533545961316588e-17);
const HALF_PI: [f64; 4] =
    [std::f64::consts::FRAC_PI_2, 6.123233995736766e-17, -1.4973849048591698e-33, 5.562271104311117e-50];

fn two_sum(a: f64, b: f64) -> Double {
    let s = a + b;
    let of_b = s - a;
    Double(s, (a - (s - of_b)) + (b - of_b))
}

fn fast_two_sum(a: f64, b: f64) -> Double {
    let s = a + b;
    Double(s, b - (s - a))
}

fn two_product(a: f64, b: f64) -> Double {
    let p = a * b;
    Double(p, a.mul_add(b, -p))
}

impl From<f64> for Double {
    fn from(x: f64) -> Double {
        Double(x, 0.0)
    }
}

impl Add for Double {
    type Output = Double;
    fn add(self, other: Double) -> Double {
        let (s, t) = (two_sum(self.0, other.0), two_sum(self.1, other.1));
        let v = fast_two_sum(s.0, s.1 + t.0);
        fast_two_sum(v.0, t.1 + v.1)
    }
}

impl Neg for Double {
    type Output = Double;
    fn neg(self) -> Double {
        Double(-self.0, -self.1)
    }
}

impl Sub for Double {
    type Output = Double;
    fn sub(self, other: Double) -> Double {
        self + -other
    }
}

impl Mul for Double {
    type Output = Double;
    fn mul(self, other: Double) -> Double {
        let p = two_product(self.0, other.0);
        fast_two_sum(p.0, p.1 + (self.0 * other.1 + self.1 * other.0))
    }
}

impl Div for Double {
    type Output = Double;
    fn div(self, other: Double) -> Double {
        let first = self.0 / other.0;
        let rest = self - other * Double(first, 0.0);
        let second = rest.0 / other.0;
        let rest = rest - other * Double(second, 0.0);
        Double(first, 0.0) + Double(second, 0.0) + Double(rest.0 / other.0, 0.0)
    }
}

impl Double {
    fn scale(self, n: i32) -> Double {
        Double(ldexp(self.0, n), ldexp(self.1, n))
    }
    fn value(self) -> Value {
        Value { m: self, e: 0 }
    }
}

impl Value {
    /// As one number, where the exponent is harmless.
    fn double(self) -> Double {
        self.m.scale(self.e)
    }
}

/// x * 2^n in steps that are exact unless the result is subnormal.
pub(crate) fn ldexp(mut x: f64, mut n: i32) -> f64 {
    while n != 0 {
        let step = n.clamp(-1000, 1000);
        x *= 2.0_f64.powi(step);
        n -= step;
    }
    x
}

/// The sum of first * ratio(1) * … * ratio(k), until the terms no longer matter.
fn series(first: Double, ratio: impl Fn(f64) -> Double) -> Double {
    let (mut term, mut sum, mut k) = (first, first, 1.0);
    while term.0.abs() > sum.0.abs() * 1e-36 && k < 1000.0 {
        term = term * ratio(k);
        sum = sum + term;
        k += 1.0;
    }
    sum
}

fn exp_of(x: Double) -> Value {
    let n = (x.0 / LN_2.0).round().clamp(-4000.0, 4000.0);
    let r = (x - LN_2 * n.into()).scale(-6);
    let mut m = series(ONE, |k| r / k.into());
    for _ in 0..6 {
        m = m * m;
    }
    Value { m, e: n as i32 }
}

/// 2 artanh s
fn twice_artanh(s: Double) -> Double {
    let z = s * s;
    let (mut power, mut sum, mut k) = (s, s, 3.0);
    while power.0.abs() > sum.0.abs() * 1e-36 {
        power = power * z;
        sum = sum + power / k.into();
        k += 2.0;
    }
    sum.scale(1)
}

/// Of x * 2^lift.
fn ln_of(x: Double, lift: i32) -> Double {
    if lift == 0 && (x.0 - 1.0).abs() < 0.1 {
        return twice_artanh((x - ONE) / (x + ONE));
    }
    let near = x.0.ln() + lift as f64 * LN_2.0;
    let e = exp_of(Double(-near, 0.0));
    let d = (x * e.m).scale(e.e + lift) - ONE;
    Double(near, 0.0) + (d - (d * d).scale(-1))
}

pub(crate) fn exp(x: f64) -> Value {
    exp_of(x.into())
}

pub(crate) fn exp2(x: f64) -> Value {
    let n = x.round();
    let y = exp_of(LN_2 * (x - n).into());
    Value { m: y.m, e: y.e + n as i32 }
}

fn exp_m1_of(x: Double) -> Value {
    if x.0.abs() < 0.5 {
        return series(x, |k| x / (k + 1.0).into()).value();
    }
    let y = exp_of(x);
    if y.e > 200 { y } else { (y.double() - ONE).value() }
}

pub(crate) fn exp_m1(x: f64) -> Value {
    exp_m1_of(x.into())
}

pub(crate) fn ln(x: f64) -> Value {
    let lift = if x < f64::MIN_POSITIVE { -100 } else { 0 };
    ln_of(ldexp(x, -lift).into(), lift).value()
}

pub(crate) fn log2(x: f64) -> Value {
    (ln(x).m / LN_2).value()
}

fn ln_1p_of(x: Double) -> Double {
    if x.0.abs() < 0.1 { twice_artanh(x / (x + 2.0.into())) } else { ln_of(x + ONE, 0) }
}

pub(crate) fn ln_1p(x: f64) -> Value {
    if x.abs() < 1e-290 { Double(x, 0.0).value() } else { ln_1p_of(x.into()).value() }
}

pub(crate) fn sigmoid(x: f64) -> Value {
    let y = exp_of((-x.abs()).into());
    if x < 0.0 && y.e < -200 {
        return y;
    }
    let e = y.double();
    ((if x < 0.0 { e } else { ONE }) / (ONE + e)).value()
}

pub(crate) fn tanh(x: f64) -> Value {
    if x.abs() < 1e-290 {
        return Double(x, 0.0).value();
    }
    let m = exp_m1_of(Double(2.0 * x.abs().min(60.0), 0.0)).double();
    let y = m / (m + 2.0.into());
    (if x < 0.0 { -y } else { y }).value()
}

pub(crate) fn softplus(x: f64) -> Value {
    let y = exp_of((-x.abs()).into());
    if y.e < -200 {
        return if x < 0.0 { y } else { Double(x, 0.0).value() };
    }
    (Double(x.max(0.0), 0.0) + ln_1p_of(y.double())).value()
}

/// The sine and cosine of |x| ≤ 2^48.
fn sin_cos(x: f64) -> (Double, Double) {
    let n = (x / HALF_PI[0]).round();
    let r = HALF_PI.iter().fold(Double(x, 0.0), |r, &part| r - two_product(n, part));
    let z = -(r * r);
    let sin = series(r, |k| z / (2.0 * k * (2.0 * k + 1.0)).into());
    let cos = series(ONE, |k| z / (2.0 * k * (2.0 * k - 1.0)).into());
    match n.rem_euclid(4.0) as u8 {
        0 => (sin, cos),
        1 => (cos, -sin),
        2 => (-sin, -cos),
        _ => (-cos, sin),
    }
}

pub(crate) fn sin(x: f64) -> Value {
    if x.abs() < 1e-140 { Double(x, 0.0).value() } else { sin_cos(x).0.value() }
}

pub(crate) fn cos(x: f64) -> Value {
    sin_cos(x).1.value()
}

/// 2/√π e^(-x²) (x + 2 x³/3 + 4 x⁵/15 + …): all terms have one sign.
pub(crate) fn erf(x: f64) -> Value {
    if x.abs() < 1e-140 {
        return (TWO_OVER_ROOT_PI * ldexp(x, 100).into()).value_of(-100);
    }
    if x.abs() > 7.0 {
        return Double(x.signum(), 0.0).value();
    }
    let z = two_product(x, x);
    let sum = series(x.into(), |k| z.scale(1) / (2.0 * k + 1.0).into());
    (TWO_OVER_ROOT_PI * exp_of(-z).double() * sum).value()
}

impl Double {
    fn value_of(self, e: i32) -> Value {
        Value { m: self, e }
    }
}

pub(crate) fn pow(x: f64, y: f64) -> Value {
    exp_of(ln(x).m * y.into())
}
