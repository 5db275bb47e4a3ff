//! Logarithms: x = 2^e m with √½ ≤ m < √2, and ln m = 2 artanh s of s = (m - 1) / (m + 1), as in Sun's fdlibm (1993).

use super::exp::exp_in_two;
use super::real::{Real, select};

/// e ln 2 + ln(1 + f) + low; what is large is added last.
#[inline(always)]
fn assemble<T: Real, const FMA: bool>(f: T, e: T, low: T) -> T {
    let s = f / (f + T::of(2.0));
    let z = s * s;
    let half_square = T::of(0.5) * f * f;
    let series = z.mul_add::<FMA>(T::log::<FMA>(z), half_square);
    let small = s.mul_add::<FMA>(series, e.mul_add::<FMA>(T::LN_2_LOW, low));
    e.mul_add::<FMA>(T::LN_2_HIGH, f - (half_square - small))
}

/// `(m, e)` of a positive number, subnormal or not.
#[inline(always)]
pub(super) fn split<T: Real>(x: T) -> (T, T) {
    let subnormal = x < T::MIN_POSITIVE;
    let (m, e) = select(subnormal, x * T::LIFT, x).split();
    (m, e - select(subnormal, T::LIFTED, T::of(0.0)))
}

/// `y` for positive finite x; -∞ at 0, NaN below, and ∞ and NaN themselves.
#[inline(always)]
fn with_ends<T: Real>(x: T, y: T) -> T {
    let zero = T::of(0.0);
    let end = select(x < zero, T::NAN, select(x == zero, -T::INFINITY, x));
    select((x > zero) & (x < T::INFINITY), y, end)
}

#[inline(always)]
pub(super) fn ln<T: Real, const FMA: bool>(x: T) -> T {
    let (m, e) = split(x);
    with_ends(x, assemble::<T, FMA>(m - T::of(1.0), e, T::of(0.0)))
}

/// Of what is neither subnormal nor one of the ends.
#[inline(always)]
pub(super) fn ln_of_normal<T: Real, const FMA: bool>(x: T) -> T {
    let (m, e) = x.split();
    assemble::<T, FMA>(m - T::of(1.0), e, T::of(0.0))
}

#[inline(always)]
pub(super) fn log2<T: Real, const FMA: bool>(x: T) -> T {
    let (m, e) = split(x);
    let ln = assemble::<T, FMA>(m - T::of(1.0), T::of(0.0), T::of(0.0));
    with_ends(x, ln.mul_add::<FMA>(T::LOG2_E, e))
}

/// ln u + c / u, where u + c is 1 + x without error.
#[inline(always)]
pub(super) fn ln_1p<T: Real, const FMA: bool>(x: T) -> T {
    let one = T::of(1.0);
    let u = one + x;
    let of_x = u - one;
    let c = (one - (u - of_x)) + (x - of_x);
    let (m, e) = u.split();
    let y = with_ends(u, assemble::<T, FMA>(m - one, e, c / u));
    select(x == T::of(0.0), x, y)
}

/// max(x, 0) + ln(1 + e), e = e^-|x|. As e ≤ 1 the series goes without taking powers of two out. What was rounded off e is
/// added with its share 1 / (1 + e) = (1 - s) / (1 + s), near enough (1 - s)².
#[inline(always)]
pub(super) fn softplus<T: Real, const FMA: bool>(x: T) -> T {
    let (e, low) = exp_in_two::<T, FMA>(-x.abs());
    let s = e / (e + T::of(2.0));
    let z = s * s;
    let half_square = T::of(0.5) * e * e;
    let series = z.mul_add::<FMA>(T::log_1p::<FMA>(z), half_square);
    let share = T::of(1.0) - s;
    select(x < T::of(0.0), T::of(0.0), x) + (e - (half_square - s.mul_add::<FMA>(series, low * (share * share))))
}
