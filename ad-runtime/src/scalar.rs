//! Floats as a type parameter: what derivatives of `fn f<T: Float>(x: T) -> T` ask of `T`.
//!
//! The user's own bound, `num_traits::Float` for instance, is enough for the function, not for its derivatives: these need
//! constants, cotangents, and `+=`. So the derivatives ask for [`Scalar`] beside it. Both traits have `sin`: emitted code
//! names the one that it means, `<T as Scalar>::sin(x)`. This crate itself does not know `num_traits`.

use crate::{Cast, CastFrom, CastOperand, Component, Cotangent, Flat, VectorSpace};
use core::fmt::{Debug, Display};
use core::num::FpCategory;
use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Rem, RemAssign, Sub, SubAssign};

/// A number that a float can be made of: `T::from(n).unwrap()`.
pub trait ToScalar: Copy {
    /// `self as f32`
    fn to_single(self) -> f32;
    /// `self as f64`
    fn to_double(self) -> f64;
}

macro_rules! numbers {
    ($($number:ty)*) => {$(
        impl ToScalar for $number {
            #[inline(always)]
            fn to_single(self) -> f32 {
                self as f32
            }
            #[inline(always)]
            fn to_double(self) -> f64 {
                self as f64
            }
        }
    )*};
}
numbers!(f32 f64 usize u8 u16 u32 u64 u128 isize i8 i16 i32 i64 i128);

/// An integer that a float is cast to by `x.to_usize().unwrap()`.
pub trait FromScalar: Sized {
    /// The integer part of `x`.
    ///
    /// # Panics
    ///
    /// If the type does not hold it.
    fn from_double(x: f64) -> Self;
}

macro_rules! integers {
    ($($integer:ty)*) => {$(
        impl FromScalar for $integer {
            #[inline]
            #[track_caller]
            fn from_double(x: f64) -> $integer {
                let whole = x.trunc();
                // One more than the largest, which is a power of two.
                let end = (<$integer>::MAX / 2 + 1) as f64 * 2.0;
                assert!(whole >= <$integer>::MIN as f64 && whole < end, "called `Option::unwrap()` on a `None` value");
                whole as $integer
            }
        }
    )*};
}
integers!(usize u8 u16 u32 u64 u128 isize i8 i16 i32 i64 i128);

/// The integer part of a float.
///
/// # Panics
///
/// If the integer type does not hold it.
#[inline]
#[track_caller]
pub fn to_integer<N: FromScalar>(x: impl ToScalar) -> N {
    N::from_double(x.to_double())
}

macro_rules! scalar {
    (
        constants { $($constant:ident = $($path:ident)::+;)* }
        unary { $($unary:ident)* }
        binary { $($binary:ident)* }
        tests { $($test:ident)* }
    ) => {
        /// A float type, as a type parameter: `f64` or `f32`. What is emitted for a function that is generic over its float
        /// asks for it; the function itself need not.
        ///
        /// ```
        /// use ad_runtime::differentiate;
        /// use num_traits::Float;
        ///
        /// #[differentiate]
        /// fn logistic<T: Float>(x: T) -> T {
        ///     T::one() / (T::one() + (-x).exp())
        /// }
        /// assert_eq!(logistic::grad(0.0_f64), 0.25);
        /// assert_eq!(logistic::grad(0.0_f32), 0.25);
        ///
        /// // Code that calls derivatives for any float asks for both.
        /// fn slope<T: Float + ad_runtime::Scalar>(x: T) -> T { logistic::grad(x) }
        /// assert_eq!(slope(0.0), 0.25);
        /// ```
        #[diagnostic::on_unimplemented(
            message = "derivatives can be had for `f64` and `f32`, and this is `{Self}`",
            note = "a function that is generic itself and calls derivatives asks for `T: Float + ad_runtime::Scalar`"
        )]
        #[allow(missing_docs)]
        pub trait Scalar:
            Copy
            + Debug
            + Display
            + Default
            + PartialOrd
            + Neg<Output = Self>
            + Add<Output = Self>
            + Sub<Output = Self>
            + Mul<Output = Self>
            + Div<Output = Self>
            + Rem<Output = Self>
            + AddAssign
            + SubAssign
            + MulAssign
            + DivAssign
            + RemAssign
            + ToScalar
            + for<'a> Cotangent<Bar = Self, Seed<'a> = Self>
            + Component
            + crate::Float
            + Flat
            + VectorSpace
            + crate::Differentiable<Gradient = Self>
            + CastOperand<Bar = Self>
            + Cast<Self>
            + CastFrom<Self>
            + crate::IntoDot<Self>
            + 'static
        {
            const ZERO: Self;
            const ONE: Self;
            $(const $constant: Self;)*
            /// The float nearest to a number.
            fn of<N: ToScalar>(x: N) -> Self;
            /// A float of it.
            fn from_double(x: f64) -> Self;
            $(fn $unary(self) -> Self;)*
            $(fn $binary(self, other: Self) -> Self;)*
            $(fn $test(self) -> bool;)*
            fn mul_add(self, a: Self, b: Self) -> Self;
            fn clamp(self, lo: Self, hi: Self) -> Self;
            fn powi(self, n: i32) -> Self;
            fn classify(self) -> FpCategory;
        }
        scalar!(impl f32 to_single; constants { $($constant = $($path)::+;)* } unary { $($unary)* } binary { $($binary)* } tests { $($test)* });
        scalar!(impl f64 to_double; constants { $($constant = $($path)::+;)* } unary { $($unary)* } binary { $($binary)* } tests { $($test)* });
    };
    (
        impl $float:ident $of:ident;
        constants { $($constant:ident = $($path:ident)::+;)* }
        unary { $($unary:ident)* }
        binary { $($binary:ident)* }
        tests { $($test:ident)* }
    ) => {
        impl Scalar for $float {
            const ZERO: $float = 0.0;
            const ONE: $float = 1.0;
            $(const $constant: $float = scalar!(@constant $float $($path)::+);)*
            #[inline(always)]
            fn of<N: ToScalar>(x: N) -> $float {
                x.$of()
            }
            #[inline(always)]
            fn from_double(x: f64) -> $float {
                x as $float
            }
            $(#[inline(always)] fn $unary(self) -> $float { <$float>::$unary(self) })*
            $(#[inline(always)] fn $binary(self, other: $float) -> $float { <$float>::$binary(self, other) })*
            $(#[inline(always)] fn $test(self) -> bool { <$float>::$test(self) })*
            #[inline(always)]
            fn mul_add(self, a: $float, b: $float) -> $float {
                <$float>::mul_add(self, a, b)
            }
            // As `num_traits` has it, which asks for the order of the bounds in debug builds only.
            #[inline(always)]
            #[track_caller]
            fn clamp(self, lo: $float, hi: $float) -> $float {
                debug_assert!(lo <= hi, "min must be less than or equal to max");
                if self < lo {
                    lo
                } else if self > hi {
                    hi
                } else {
                    self
                }
            }
            #[inline(always)]
            fn powi(self, n: i32) -> $float {
                <$float>::powi(self, n)
            }
            #[inline(always)]
            fn classify(self) -> FpCategory {
                <$float>::classify(self)
            }
        }
    };
    (@constant $float:ident own::$name:ident) => { <$float>::$name };
    (@constant $float:ident consts::$name:ident) => { core::$float::consts::$name };
}
scalar! {
    constants {
        NAN = own::NAN;
        INFINITY = own::INFINITY;
        NEG_INFINITY = own::NEG_INFINITY;
        MIN = own::MIN;
        MAX = own::MAX;
        MIN_POSITIVE = own::MIN_POSITIVE;
        EPSILON = own::EPSILON;
        E = consts::E;
        FRAC_1_PI = consts::FRAC_1_PI;
        FRAC_1_SQRT_2 = consts::FRAC_1_SQRT_2;
        FRAC_2_PI = consts::FRAC_2_PI;
        FRAC_2_SQRT_PI = consts::FRAC_2_SQRT_PI;
        FRAC_PI_2 = consts::FRAC_PI_2;
        FRAC_PI_3 = consts::FRAC_PI_3;
        FRAC_PI_4 = consts::FRAC_PI_4;
        FRAC_PI_6 = consts::FRAC_PI_6;
        FRAC_PI_8 = consts::FRAC_PI_8;
        LN_10 = consts::LN_10;
        LN_2 = consts::LN_2;
        LOG10_2 = consts::LOG10_2;
        LOG10_E = consts::LOG10_E;
        LOG2_10 = consts::LOG2_10;
        LOG2_E = consts::LOG2_E;
        PI = consts::PI;
        SQRT_2 = consts::SQRT_2;
        TAU = consts::TAU;
    }
    unary {
        recip to_degrees to_radians sqrt cbrt exp exp2 exp_m1 ln ln_1p log2 log10 sin cos tan asin acos atan
        sinh cosh tanh asinh acosh atanh abs signum floor ceil round round_ties_even trunc fract next_up next_down
    }
    binary { midpoint rem_euclid div_euclid powf hypot log atan2 copysign max min }
    tests { is_nan is_infinite is_finite is_normal is_subnormal is_sign_positive is_sign_negative }
}
