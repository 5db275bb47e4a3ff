//! The exponential function and what is made of it: x = n ln 2 + r, |r| ≤ ln 2 / 2, and eʳ is a polynomial.

use super::real::{Real, clamp, select};

/// `(n + SHIFT, r)`
#[inline(always)]
fn reduce<T: Real, const FMA: bool>(x: T) -> (T, T) {
    let shifted = x.mul_add::<FMA>(T::LOG2_E, T::SHIFT);
    let n = shifted - T::SHIFT;
    let r = (-n).mul_add::<FMA>(T::LN_2_HIGH, x);
    (shifted, (-n).mul_add::<FMA>(T::LN_2_LOW, r))
}

/// 2^n eʳ. At the ends of the range the product overflows, or is rounded to a subnormal number, by itself.
#[inline(always)]
fn scaled<T: Real, const FMA: bool>(shifted: T, r: T) -> T {
    let (a, b) = shifted.powers();
    let p = (r * r).mul_add::<FMA>(T::exp::<FMA>(r), r) + T::of(1.0);
    p * a * b
}

#[inline(always)]
pub(super) fn exp<T: Real, const FMA: bool>(x: T) -> T {
    let (shifted, r) = reduce::<T, FMA>(clamp(x, T::EXP_MIN, T::EXP_MAX));
    scaled::<T, FMA>(shifted, r)
}

/// e^x as a sum of two floats: the second is what rounding the polynomial's sum lost.
#[inline(always)]
pub(super) fn exp_in_two<T: Real, const FMA: bool>(x: T) -> (T, T) {
    let (shifted, r) = reduce::<T, FMA>(clamp(x, T::EXP_MIN, T::EXP_MAX));
    let (a, b) = shifted.powers();
    let t = (r * r).mul_add::<FMA>(T::exp::<FMA>(r), r);
    let p = t + T::of(1.0);
    let low = t - (p - T::of(1.0));
    (p * a * b, low * a * b)
}

/// e^(high + low) of a small `low`.
#[inline(always)]
pub(super) fn exp_of_sum<T: Real, const FMA: bool>(high: T, low: T) -> T {
    let x = clamp(high, T::EXP_MIN, T::EXP_MAX);
    let low = select(x == high, low, T::of(0.0));
    let shifted = x.mul_add::<FMA>(T::LOG2_E, T::SHIFT);
    let n = shifted - T::SHIFT;
    let r = (-n).mul_add::<FMA>(T::LN_2_HIGH, x) + (-n).mul_add::<FMA>(T::LN_2_LOW, low);
    scaled::<T, FMA>(shifted, r)
}

#[inline(always)]
pub(super) fn exp2<T: Real, const FMA: bool>(x: T) -> T {
    let x = clamp(x, T::EXP2_MIN, T::EXP2_MAX);
    let shifted = x + T::SHIFT;
    scaled::<T, FMA>(shifted, (x - (shifted - T::SHIFT)) * T::LN_2)
}

/// 2^n (eʳ - 1) + (2^n - 1), where the large parts are added first: near 0 and for n = ±1 this is what keeps the digits.
#[inline(always)]
pub(super) fn exp_m1<T: Real, const FMA: bool>(x: T) -> T {
    let bounded = clamp(x, T::EXP_M1_MIN, T::EXP_MAX);
    let shifted = bounded.mul_add::<FMA>(T::LOG2_E, T::SHIFT);
    let n = shifted - T::SHIFT;
    let high = (-n).mul_add::<FMA>(T::LN_2_HIGH, bounded);
    let r = (-n).mul_add::<FMA>(T::LN_2_LOW, high);
    let rest = (-n).mul_add::<FMA>(T::LN_2_LOW, high - r);
    let half = shifted.half_power();
    let curve = (r * r).mul_add::<FMA>(T::exp_m1::<FMA>(r), rest.mul_add::<FMA>(r, rest));
    let line = half.mul_add::<FMA>(r, half - T::of(0.5));
    let y = half.mul_add::<FMA>(curve, line) * T::of(2.0);
    select(x.abs() < T::TINY, x, y)
}

/// 1 / (1 + e^a) of a ≥ 0. With e^-a = 2^n eʳ this is 2^n / (2^n + e^-r), where one rounding of the denominator counts.
#[inline(always)]
fn falling<T: Real, const FMA: bool>(a: T) -> T {
    let (shifted, r) = reduce::<T, FMA>(clamp(-a, T::EXP_MIN, T::of(0.0)));
    let (first, second) = shifted.powers();
    let power = first * second;
    let whole = T::of(1.0) + power;
    let rest = power - (whole - T::of(1.0));
    let t = (r * r).mul_add::<FMA>(T::exp::<FMA>(-r), -r);
    first / (whole + (t + rest)) * second
}

/// Nothing overflows, and far to the left no digit is lost.
#[inline(always)]
pub(super) fn sigmoid<T: Real, const FMA: bool>(x: T) -> T {
    let y = falling::<T, FMA>(x.abs());
    select(x < T::of(0.0), y, T::of(1.0) - y)
}

/// A polynomial where the result is below a half, 1 - 2 / (1 + e^(2|x|)) beyond.
#[inline(always)]
pub(super) fn tanh<T: Real, const FMA: bool>(x: T) -> T {
    let a = x.abs();
    let z = a * a;
    let near = (a * z).mul_add::<FMA>(T::tanh::<FMA>(z), a);
    let far = T::of(1.0) - T::of(2.0) * falling::<T, FMA>(a + a);
    select(a < T::of(0.55), near, far).copysign(x)
}
