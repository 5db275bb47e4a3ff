//! What the functions need to know of a float type: constants, steps on its bits, polynomials.

use core::ops::{Add, Div, Mul, Neg, Sub};

/// The floats of this module, `f64` and `f32`.
pub trait Real: Kernel {}

impl Real for f64 {}
impl Real for f32 {}

/// The polynomials in `coefficients.rs` that both types have.
pub trait Polynomials: Sized {
    fn exp<const FMA: bool>(r: Self) -> Self;
    fn exp_m1<const FMA: bool>(r: Self) -> Self;
    fn log<const FMA: bool>(z: Self) -> Self;
    fn log_1p<const FMA: bool>(z: Self) -> Self;
    fn tanh<const FMA: bool>(z: Self) -> Self;
    fn erf<const FMA: bool>(z: Self) -> Self;
    fn erfc<const FMA: bool>(v: Self) -> Self;
}

/// Even and odd powers apart, `(c0 + x² (c2 + …)) + x (c1 + x² (c3 + …))`: a loop's iterations overlap only as far as the
/// processor looks ahead, so that chains of half the length are worth a product more.
macro_rules! polynomial {
    ($x:ident; [$($even:literal)*] [$($odd:literal)*] $a:literal $b:literal $($rest:literal)*) => {
        polynomial!($x; [$($even)* $a] [$($odd)* $b] $($rest)*)
    };
    ($x:ident; [$($even:literal)*] [$($odd:literal)*] $($last:literal)?) => {{
        let square = $x * $x;
        let (even, odd) = (horner!(square; $($even)* $($last)?), horner!(square; $($odd)*));
        super::real::Kernel::mul_add::<FMA>(odd, $x, even)
    }};
}
pub(super) use polynomial;

/// `c0 + x * (c1 + x * (c2 + …))`
macro_rules! horner {
    ($x:ident; $c:literal) => { $c };
    ($x:ident; $c:literal $($rest:literal)+) => {
        super::real::Kernel::mul_add::<FMA>(horner!($x; $($rest)+), $x, $c)
    };
}
pub(super) use horner;

macro_rules! polynomials {
    (impl $trait:ident for $float:ty: $($(#[$doc:meta])* $name:ident: $($c:literal),+;)*) => {
        impl $trait for $float {
            $($(#[$doc])* #[inline(always)] fn $name<const FMA: bool>(x: $float) -> $float { polynomial!(x; [] [] $($c)+) })*
        }
    };
    ($float:ty: $($(#[$doc:meta])* $name:ident: $($c:literal),+;)*) => {
        $($(#[$doc])* #[inline(always)] pub(super) fn $name<const FMA: bool>(x: $float) -> $float { polynomial!(x; [] [] $($c)+) })*
    };
}
pub(super) use polynomials;

/// Steps without branches; all of them become one to four vector instructions.
pub trait Kernel:
    Copy
    + PartialOrd
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + Polynomials
{
    const INFINITY: Self;
    const NAN: Self;
    const LOG2_E: Self;
    const LN_2: Self;
    /// ln 2 in two parts, the first so short that its product with an exponent is exact.
    const LN_2_HIGH: Self;
    const LN_2_LOW: Self;
    /// 1.5 * 2^52 and twice the exponent's bias. Added to `n` it leaves `n + 2 * bias` in the low bits of the sum.
    const SHIFT: Self;
    /// Where e^x overflows, and where it is less than half the least subnormal number.
    const EXP_MAX: Self;
    const EXP_MIN: Self;
    const EXP2_MAX: Self;
    const EXP2_MIN: Self;
    /// e^x - 1 is -1 from here on down.
    const EXP_M1_MIN: Self;
    /// Where erf has become 1.
    const ERF_END: Self;
    /// Below, e^x - 1 is x.
    const TINY: Self;
    /// What subnormal numbers are multiplied with to be normal, and the binary logarithm of it.
    const LIFT: Self;
    const LIFTED: Self;
    const MIN_POSITIVE: Self;
    /// From here on all floats are integers.
    const INTEGERS: Self;

    fn of(x: f64) -> Self;
    fn is_nan(self) -> bool;
    fn abs(self) -> Self;
    fn copysign(self, sign: Self) -> Self;
    /// `self * a + b`, rounded once if `FMA`.
    fn mul_add<const FMA: bool>(self, a: Self, b: Self) -> Self;
    /// Two powers of two whose product is 2^n; `self` is `n + SHIFT`. One alone would overflow at both ends.
    fn powers(self) -> (Self, Self);
    /// 2^(n-1); `self` is `n + SHIFT`, -60 < n.
    fn half_power(self) -> Self;
    /// `(m, e)` with m * 2^e = self and √½ ≤ m < √2, for normal positive numbers.
    fn split(self) -> (Self, Self);
    /// Sine and cosine of |self|, and their signs flipped, if |self| is at most [`super::MAX_ANGLE`].
    fn sin_cos_of_abs<const FMA: bool>(self) -> (Self, Self);
    /// self^y for a positive finite self.
    fn pow_of_positive<const FMA: bool>(self, y: Self) -> Self;
    fn std_sin(self) -> Self;
    fn std_cos(self) -> Self;
}

macro_rules! kernel {
    ($float:ident, $bits:ident {
        mantissa: $mantissa:literal, bias: $bias:literal, shift: $shift:literal, ln_2: $high:literal + $low:literal,
        exp: $exp_min:literal .. $exp_max:literal, exp2: $exp2_min:literal .. $exp2_max:literal,
        exp_m1: $exp_m1_min:literal, erf: $erf:literal,
        precision: $precision:ident
    }) => {
        impl Kernel for $float {
            const INFINITY: $float = $float::INFINITY;
            const NAN: $float = $float::NAN;
            const LOG2_E: $float = core::$float::consts::LOG2_E;
            const LN_2: $float = core::$float::consts::LN_2;
            const LN_2_HIGH: $float = $high;
            const LN_2_LOW: $float = $low;
            const SHIFT: $float = $shift + 2.0 * $bias as $float;
            const EXP_MAX: $float = $exp_max;
            const EXP_MIN: $float = $exp_min;
            const EXP2_MAX: $float = $exp2_max;
            const EXP2_MIN: $float = $exp2_min;
            const EXP_M1_MIN: $float = $exp_m1_min;
            const ERF_END: $float = $erf;
            const TINY: $float = $float::EPSILON / 4.0;
            const LIFT: $float = ((1 as $bits) << ($mantissa + 2)) as $float;
            const LIFTED: $float = $mantissa as $float + 2.0;
            const MIN_POSITIVE: $float = $float::MIN_POSITIVE;
            const INTEGERS: $float = ((1 as $bits) << $mantissa) as $float;

            #[inline(always)]
            fn of(x: f64) -> $float {
                x as $float
            }
            #[inline(always)]
            fn is_nan(self) -> bool {
                $float::is_nan(self)
            }
            #[inline(always)]
            fn abs(self) -> $float {
                $float::abs(self)
            }
            #[inline(always)]
            fn copysign(self, sign: $float) -> $float {
                $float::copysign(self, sign)
            }
            #[inline(always)]
            fn mul_add<const FMA: bool>(self, a: $float, b: $float) -> $float {
                if FMA { $float::mul_add(self, a, b) } else { self * a + b }
            }
            #[inline(always)]
            fn powers(self) -> ($float, $float) {
                let twice = self.to_bits();
                let half = twice >> 1;
                ($float::from_bits(half << $mantissa), $float::from_bits(twice.wrapping_sub(half) << $mantissa))
            }
            #[inline(always)]
            fn half_power(self) -> $float {
                $float::from_bits(self.to_bits().wrapping_sub($bias + 1) << $mantissa)
            }
            #[inline(always)]
            fn split(self) -> ($float, $float) {
                const ONE: $bits = (1.0 as $float).to_bits();
                const ROOT: $bits = core::$float::consts::FRAC_1_SQRT_2.to_bits();
                const BASE: $float = ((1 as $bits) << $mantissa) as $float;
                let biased = self.to_bits().wrapping_add(ONE - ROOT) >> $mantissa;
                let m = $float::from_bits(self.to_bits().wrapping_sub(biased << $mantissa).wrapping_add(ONE));
                (m, $float::from_bits(BASE.to_bits() | biased) - (BASE + $bias as $float))
            }
            #[inline(always)]
            fn sin_cos_of_abs<const FMA: bool>(self) -> ($float, $float) {
                super::trig::$precision::<FMA>(self)
            }
            #[inline(always)]
            fn pow_of_positive<const FMA: bool>(self, y: $float) -> $float {
                super::power::$precision::<FMA>(self, y)
            }
            fn std_sin(self) -> $float {
                self.sin()
            }
            fn std_cos(self) -> $float {
                self.cos()
            }
        }
    };
}

kernel!(
    f64,
    u64 {
        mantissa: 52,
        bias: 1023,
        shift: 6755399441055744.0,
        ln_2: 0.6931471805598903 + 5.497923018708371e-14,
        exp: -746.0..710.0,
        exp2: -1076.0..1025.0,
        exp_m1: -40.0,
        erf: 6.0,
        precision: double
    }
);
kernel!(
    f32,
    u32 {
        mantissa: 23,
        bias: 127,
        shift: 12582912.0,
        ln_2: 0.693_145_75 + 1.428_606_8e-6,
        exp: -104.0..89.0,
        exp2: -151.0..129.0,
        exp_m1: -18.0,
        erf: 4.0,
        precision: single
    }
);

/// `if test { a } else { b }` that stays one instruction, a blend: LLVM sometimes makes a branch of the other form and puts
/// into it what follows.
#[inline(always)]
pub(super) fn select<T>(test: bool, a: T, b: T) -> T {
    core::hint::select_unpredictable(test, a, b)
}

/// `x` within bounds, NaN if it is NaN.
#[inline(always)]
pub(super) fn clamp<T: Real>(x: T, low: T, high: T) -> T {
    let x = select(high < x, high, x);
    select(low > x, low, x)
}

/// `a + b` as a sum of two floats, exact if |a| ≥ |b| or a = 0 (Dekker 1971).
#[inline(always)]
pub(super) fn fast_two_sum(a: f64, b: f64) -> (f64, f64) {
    let s = a + b;
    (s, b - (s - a))
}

/// `a * b` as a sum of two floats, exact (Dekker 1971, Veltkamp's splitting; |a|, |b| below 2^990).
#[inline(always)]
pub(super) fn two_product<const FMA: bool>(a: f64, b: f64) -> (f64, f64) {
    let p = a * b;
    if FMA {
        return (p, a.mul_add(b, -p));
    }
    let halves = |x: f64| {
        let c = 134217729.0 * x;
        let high = c - (c - x);
        (high, x - high)
    };
    let ((ah, al), (bh, bl)) = (halves(a), halves(b));
    (p, ((ah * bh - p) + ah * bl + al * bh) + al * bl)
}
