//! Sine and cosine: reduction to |r| ≤ π/4 by multiples of π/2 in three parts, then two polynomials.
//!
//! Cody and Waite (1980), with exact products instead of short parts: a - n P1 is a multiple of 2^-52 below 2 or of the last
//! place of a, so one fused multiply-add (or an exact product and two subtractions) gives it without error. n P2 is taken as
//! an exact product too, and n P3 rounded: what is left out is below 2^-113, and no `f64` below 2^48 is nearer than 2^-61
//! to a multiple of π/2.

use super::coefficients;
use super::real::{Real, select, two_product};

/// Up to here sine and cosine are computed without branches, for both types; 2^48.
pub const MAX_ANGLE: f64 = 281474976710656.0;

const P1: f64 = core::f64::consts::FRAC_PI_2;
const P2: f64 = 6.123233995736766e-17;
const P3: f64 = -1.4973849048591698e-33;
const SHIFT: f64 = 6755399441055744.0;

#[inline(always)]
pub(super) fn sin_cos<T: Real, const FMA: bool>(x: T) -> (T, T) {
    let (sin, cos) = x.abs().sin_cos_of_abs::<FMA>();
    let fits = x.abs() <= T::of(MAX_ANGLE);
    (select(fits, sin * T::of(1.0).copysign(x), T::NAN), select(fits, cos, T::NAN))
}

/// `n` nearest to a / (π/2) in the low bits of the first, `n` itself, and a - n P1, exact.
#[inline(always)]
fn first_step<const FMA: bool>(a: f64) -> (u64, f64, f64) {
    let shifted = a * core::f64::consts::FRAC_2_PI + SHIFT;
    let n = shifted - SHIFT;
    if FMA {
        return (shifted.to_bits(), n, (-n).mul_add(P1, a));
    }
    let (product, rest) = two_product::<FMA>(n, P1);
    (shifted.to_bits(), n, (a - product) - rest)
}

/// The sine and cosine of the angle that is n quarter turns further.
#[inline(always)]
fn turn(n: u64, sin: f64, cos: f64) -> (f64, f64) {
    let odd = n & 1 != 0;
    let flip = |x: f64, n: u64| f64::from_bits(x.to_bits() ^ ((n & 2) << 62));
    (flip(select(odd, cos, sin), n), flip(select(odd, sin, cos), n.wrapping_add(1)))
}

#[inline(always)]
pub(super) fn double<const FMA: bool>(a: f64) -> (f64, f64) {
    let (bits, n, first) = first_step::<FMA>(a);
    let (product, product_rest) = two_product::<FMA>(n, P2);
    let (sum, sum_rest) = two_sum(first, -product);
    let (r, low) = two_sum(sum, sum_rest - product_rest - n * P3);
    let z = r * r;
    let half = 0.5 * z;
    let around = 1.0 - half;
    let sin = r + (r * z * coefficients::sin::<FMA>(z) + low * around);
    let cos = around + ((1.0 - around - half) + (z * z * coefficients::cos::<FMA>(z) - r * low));
    turn(bits, sin, cos)
}

/// For `f32` one `f64` is precise enough all the way.
#[inline(always)]
pub(super) fn single<const FMA: bool>(a: f32) -> (f32, f32) {
    let (bits, n, first) = first_step::<FMA>(f64::from(a));
    let r = first - n * P2;
    let z = r * r;
    let sin = r + r * z * coefficients::sin_single::<FMA>(z);
    let cos = 1.0 + z * (z * coefficients::cos_single::<FMA>(z) - 0.5);
    let (sin, cos) = turn(bits, sin, cos);
    (sin as f32, cos as f32)
}

/// `a + b` as a sum of two floats, exact (Knuth).
#[inline(always)]
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let s = a + b;
    let of_b = s - a;
    (s, (a - (s - of_b)) + (b - of_b))
}
