//! Elementary functions that loops can be vectorised around.
//!
//! A loop that calls `f64::exp` runs one element at a time, since the compiler cannot look into the library's function. The
//! functions here are a few dozen arithmetic operations without branches, so that LLVM makes four or eight of them at a
//! time, and they are at most 2 units in the last place from the true value (docs/math.md has measured figures, domains and
//! times). [`dispatch`] compiles a piece of code for each instruction set and runs the best that the machine has; the
//! functions are methods of the [`Isa`] that it passes in. For a slice alone there is [`exp_slice`] and so on.
//!
//! ```
//! use ad_runtime::math;
//!
//! let mut xs = [0.0, 1.0, -1.0];
//! math::tanh_slice(&mut xs);
//! assert!((xs[1] - 1.0_f64.tanh()).abs() < 1e-15);
//! ```
//!
//! Results differ by a unit in the last place between instruction sets: with fused multiply-add fewer roundings happen.
//! Sine and cosine have a limit, [`MAX_ANGLE`] = 2^48, above which the methods return NaN; the slice functions have none.

mod coefficients;
mod dispatch;
mod erf;
mod exp;
mod log;
mod power;
mod real;
mod trig;

pub use dispatch::{Isa, dispatch};
pub use real::Real;
pub use trig::MAX_ANGLE;

macro_rules! slices {
    ($($(#[$doc:meta])* $name:ident = $method:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name<T: Real>(xs: &mut [T]) {
            dispatch(#[inline(always)] |isa| {
                for x in xs {
                    *x = isa.$method(*x);
                }
            });
        }
    )*};
}

slices! {
    /// e^x of each element, in place.
    exp_slice = exp;
    /// 2^x of each element, in place.
    exp2_slice = exp2;
    /// e^x - 1 of each element, in place.
    exp_m1_slice = exp_m1;
    /// The natural logarithm of each element, in place.
    ln_slice = ln;
    /// ln(1 + x) of each element, in place.
    ln_1p_slice = ln_1p;
    /// The binary logarithm of each element, in place.
    log2_slice = log2;
    /// The hyperbolic tangent of each element, in place.
    tanh_slice = tanh;
    /// 1 / (1 + e^-x) of each element, in place.
    sigmoid_slice = sigmoid;
    /// ln(1 + e^x) of each element, in place.
    softplus_slice = softplus;
    /// The error function of each element, in place.
    erf_slice = erf;
}

/// The sine of each element, in place. Has no limit: elements beyond [`MAX_ANGLE`] are left to `std`.
pub fn sin_slice<T: Real>(xs: &mut [T]) {
    dispatch(
        #[inline(always)]
        |isa| {
            angles(
                xs,
                #[inline(always)]
                |x| isa.sin(x),
                T::std_sin,
            )
        },
    );
}

/// The cosine of each element, in place. Has no limit: elements beyond [`MAX_ANGLE`] are left to `std`.
pub fn cos_slice<T: Real>(xs: &mut [T]) {
    dispatch(
        #[inline(always)]
        |isa| {
            angles(
                xs,
                #[inline(always)]
                |x| isa.cos(x),
                T::std_cos,
            )
        },
    );
}

/// x^y of each element, in place.
pub fn pow_slice<T: Real>(xs: &mut [T], y: T) {
    dispatch(
        #[inline(always)]
        |isa| {
            for x in xs {
                *x = isa.pow(*x, y);
            }
        },
    );
}

/// Blocks whose elements all have the branch-free form are one loop over that; in others each element is asked.
#[inline(always)]
fn angles<T: Real>(xs: &mut [T], vector: impl Fn(T) -> T, scalar: impl Fn(T) -> T) {
    for block in xs.chunks_mut(256) {
        let mut fit = true;
        for x in &*block {
            fit &= x.abs() <= T::of(MAX_ANGLE);
        }
        if fit {
            for x in block {
                *x = vector(*x);
            }
        } else {
            for x in block {
                *x = if x.abs() <= T::of(MAX_ANGLE) { vector(*x) } else { scalar(*x) };
            }
        }
    }
}
