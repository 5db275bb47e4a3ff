//! x^y = e^(y ln x), with ln x and the product in two `f64` each: the exponential function makes an absolute error of its
//! argument a relative one of the result.

use super::coefficients;
use super::exp::{exp, exp_of_sum};
use super::log::{ln_of_normal, split};
use super::real::{Kernel, Real, clamp, fast_two_sum, select, two_product};

/// As `powf`, special values included.
#[inline(always)]
pub(super) fn pow<T: Real, const FMA: bool>(x: T, y: T) -> T {
    let (zero, one) = (T::of(0.0), T::of(1.0));
    let (ax, ay) = (x.abs(), y.abs());
    let result = ax.pow_of_positive::<FMA>(y);
    // 0 and ∞
    let grows = (ax > one) == (y > zero);
    let result = select((ax == zero) | (ax == T::INFINITY), select(grows, T::INFINITY, zero), result);
    // Negative x
    let whole = is_integer(ay);
    let odd = whole & !is_integer(ay * T::of(0.5));
    let result = select(odd, result.copysign(x), result);
    let result = select((x < zero) & !whole & (ax < T::INFINITY), T::NAN, result);
    // NaN, which x = 1 and y = 0 overrule
    let result = select(x.is_nan() | y.is_nan(), T::NAN, result);
    select((x == one) | (y == zero), one, result)
}

#[inline(always)]
fn is_integer<T: Real>(a: T) -> bool {
    (a >= T::INTEGERS) | ((a + T::INTEGERS) - T::INTEGERS == a)
}

/// Past 2^65 the result is 0, 1 or ∞ as at 2^65, for the logarithm is 0 or at least 2^-53.
const LARGEST: f64 = 36893488147419103232.0;

#[inline(always)]
pub(super) fn double<const FMA: bool>(x: f64, y: f64) -> f64 {
    let y = clamp(y, -LARGEST, LARGEST);
    let (m, e) = split(x);
    // s = f / (f + 2) in two parts
    let f = m - 1.0;
    let d = f + 2.0;
    let d_low = f - (d - 2.0);
    let inverse = 1.0 / d;
    let s = f * inverse;
    let (product, rest) = two_product::<FMA>(s, d);
    let s_low = ((f - product) - rest - s * d_low) * inverse;
    // s³ and its share 2/3 s³ in two parts; what comes after is 2^-13 of the logarithm at most
    let (z, z_rest) = two_product::<FMA>(s, s);
    let z_low = z_rest + 2.0 * s * s_low;
    let (cube, cube_rest) = two_product::<FMA>(z, s);
    let cube_low = cube_rest + (z_low * s + z * s_low);
    const TWO_THIRDS: f64 = 2.0 / 3.0;
    const TWO_THIRDS_LOW: f64 = 3.700743415417188e-17;
    let (third, third_rest) = two_product::<FMA>(cube, TWO_THIRDS);
    let third_low = third_rest + (cube * TWO_THIRDS_LOW + cube_low * TWO_THIRDS);
    let tail = z * cube * coefficients::pow::<FMA>(z);
    // ln x = e ln 2 + 2 s + 2/3 s³ + …
    let (sum, sum_low) = fast_two_sum(e * f64::LN_2_HIGH, 2.0 * s);
    let (sum, sum_low2) = fast_two_sum(sum, third);
    let low = sum_low + sum_low2 + (e * f64::LN_2_LOW + 2.0 * s_low + third_low + tail);
    let (log, log_low) = fast_two_sum(sum, low);
    let (high, rest) = two_product::<FMA>(y, log);
    exp_of_sum::<f64, FMA>(high, rest + y * log_low)
}

/// For `f32` one `f64` is precise enough all the way.
#[inline(always)]
pub(super) fn single<const FMA: bool>(x: f32, y: f32) -> f32 {
    let y = clamp(f64::from(y), -LARGEST, LARGEST);
    exp::<f64, FMA>(y * ln_of_normal::<f64, FMA>(f64::from(x))) as f32
}
