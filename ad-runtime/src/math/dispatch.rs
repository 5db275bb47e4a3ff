//! The instruction sets, and the one place that chooses among them.
//!
//! A program is compiled for the least processor it may meet, x86-64 with SSE2. Functions marked `#[target_feature]` are
//! compiled for more, and what is inlined into them is too. [`dispatch`] hands them the loops.

use super::real::Real;
use super::{erf, exp, log, power, trig};
#[cfg(target_arch = "x86_64")]
use core::sync::atomic::{AtomicU8, Ordering};

/// An instruction set that this machine has, and the functions in the form that suits it.
///
/// Values can be had from [`dispatch`] and [`Isa::supported`] only, so none claims what the machine cannot do. The functions
/// may be called anywhere; they are fast inside the loop that [`dispatch`] or [`Isa::run`] was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Isa(Set);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Set {
    /// What every machine has that the program was compiled for.
    Baseline,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

/// Runs `body` compiled for the best instruction set that the machine has. Call it once around all loops, not inside one.
///
/// `#[inline(always)]` on the closure is what gets its code compiled anew; without it the results are right and very slow.
/// Inside, write `for` loops, and functions that are marked likewise: `map`, `fold` and closures in variables may stay functions
/// of their own, which are compiled as without `dispatch`. A sum into one variable is not vectorised, since that would
/// change the order of its terms (docs/math.md has more on this).
///
/// ```
/// use ad_runtime::math::dispatch;
///
/// let (xs, mut ys) = ([0.5, 1.0, 2.0], [0.0; 3]);
/// let sum: f64 = dispatch(#[inline(always)] |isa| {
///     let mut sum = 0.0;
///     for (y, x) in ys.iter_mut().zip(&xs) {
///         *y = isa.exp(*x);
///         sum += *y;
///     }
///     sum
/// });
/// assert!((sum - 11.756).abs() < 1e-3 && ys[0] > 1.0);
///
/// // Eight sums side by side are vectorised.
/// fn sum_of_exp(xs: &[f64]) -> f64 {
///     dispatch(#[inline(always)] |isa| {
///         let mut sums = [0.0; 8];
///         let blocks = xs.chunks_exact(8);
///         let rest = blocks.remainder();
///         for block in blocks {
///             for (sum, x) in sums.iter_mut().zip(block) {
///                 *sum += isa.exp(*x);
///             }
///         }
///         let mut sum = 0.0;
///         for x in rest {
///             sum += isa.exp(*x);
///         }
///         sums.iter().sum::<f64>() + sum
///     })
/// }
/// assert_eq!(sum_of_exp(&[0.0; 19]), 19.0);
/// ```
#[inline]
pub fn dispatch<T>(body: impl FnOnce(Isa) -> T) -> T {
    Isa::best().run(body)
}

impl Isa {
    /// The best that this machine has.
    #[inline]
    pub fn best() -> Isa {
        #[cfg(target_arch = "x86_64")]
        {
            /// 0 before the first call, then one more than the place in `X86`.
            static BEST: AtomicU8 = AtomicU8::new(0);
            match BEST.load(Ordering::Relaxed) {
                0 => {
                    let best = detect();
                    BEST.store(best, Ordering::Relaxed);
                    X86[best as usize - 1]
                }
                known => X86[known as usize - 1],
            }
        }
        #[cfg(not(target_arch = "x86_64"))]
        Isa(Set::Baseline)
    }

    /// All that this machine has, the baseline first. For tests and measurements.
    pub fn supported() -> &'static [Isa] {
        #[cfg(target_arch = "x86_64")]
        return &X86[..detect() as usize];
        #[cfg(not(target_arch = "x86_64"))]
        &[Isa(Set::Baseline)]
    }

    /// Runs `body` compiled for this instruction set: [`dispatch`] says what is to be observed.
    #[inline]
    pub fn run<T>(self, body: impl FnOnce(Isa) -> T) -> T {
        match self.0 {
            Set::Baseline => body(Isa(Set::Baseline)),
            // SAFETY: an `Isa` of this set is made by `detect` only, after it found all features named at `avx2`.
            #[cfg(target_arch = "x86_64")]
            #[allow(unsafe_code, reason = "the processor has been asked for the features")]
            Set::Avx2 => unsafe { avx2(body) },
            // SAFETY: as before, with the features named at `avx512`.
            #[cfg(target_arch = "x86_64")]
            #[allow(unsafe_code, reason = "the processor has been asked for the features")]
            Set::Avx512 => unsafe { avx512(body) },
        }
    }

    /// Whether a multiply-add is one instruction; it is a slow call of the library otherwise.
    #[inline(always)]
    fn has_fma(self) -> bool {
        match self.0 {
            Set::Baseline => cfg!(any(target_arch = "aarch64", target_feature = "fma")),
            #[cfg(target_arch = "x86_64")]
            Set::Avx2 | Set::Avx512 => true,
        }
    }
}

#[cfg(target_arch = "x86_64")]
static X86: [Isa; 3] = [Isa(Set::Baseline), Isa(Set::Avx2), Isa(Set::Avx512)];

/// How many of `X86` this machine has.
#[cfg(target_arch = "x86_64")]
#[cold]
fn detect() -> u8 {
    use std::arch::is_x86_feature_detected as has;
    let avx2 = has!("avx2") && has!("fma") && has!("bmi1") && has!("bmi2");
    let avx512 = has!("avx512f") && has!("avx512bw") && has!("avx512cd") && has!("avx512dq") && has!("avx512vl");
    1 + u8::from(avx2) + u8::from(avx2 && avx512)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,bmi1,bmi2")]
fn avx2<T>(body: impl FnOnce(Isa) -> T) -> T {
    body(Isa(Set::Avx2))
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx2,fma,bmi1,bmi2")]
fn avx512<T>(body: impl FnOnce(Isa) -> T) -> T {
    body(Isa(Set::Avx512))
}

macro_rules! functions {
    ($($(#[$doc:meta])* $name:ident($($arg:ident),+) -> $result:ty = $module:ident::$function:ident;)*) => {
        impl Isa {
            $(
                $(#[$doc])*
                #[inline(always)]
                pub fn $name<T: Real>(self, $($arg: T),+) -> $result {
                    if self.has_fma() { $module::$function::<T, true>($($arg),+) } else { $module::$function::<T, false>($($arg),+) }
                }
            )*
        }
    };
}

functions! {
    /// e^x
    exp(x) -> T = exp::exp;
    /// 2^x
    exp2(x) -> T = exp::exp2;
    /// e^x - 1, precise near 0
    exp_m1(x) -> T = exp::exp_m1;
    /// The natural logarithm
    ln(x) -> T = log::ln;
    /// ln(1 + x), precise near 0
    ln_1p(x) -> T = log::ln_1p;
    /// The binary logarithm
    log2(x) -> T = log::log2;
    /// `(sin x, cos x)`, both NaN if |x| exceeds [`MAX_ANGLE`](super::MAX_ANGLE)
    sin_cos(x) -> (T, T) = trig::sin_cos;
    /// The hyperbolic tangent
    tanh(x) -> T = exp::tanh;
    /// 1 / (1 + e^-x)
    sigmoid(x) -> T = exp::sigmoid;
    /// ln(1 + e^x)
    softplus(x) -> T = log::softplus;
    /// The error function
    erf(x) -> T = erf::erf;
    /// x^y, as `powf`
    pow(x, y) -> T = power::pow;
}

impl Isa {
    /// The sine, NaN if |x| exceeds [`MAX_ANGLE`](super::MAX_ANGLE)
    #[inline(always)]
    pub fn sin<T: Real>(self, x: T) -> T {
        self.sin_cos(x).0
    }

    /// The cosine, NaN if |x| exceeds [`MAX_ANGLE`](super::MAX_ANGLE)
    #[inline(always)]
    pub fn cos<T: Real>(self, x: T) -> T {
        self.sin_cos(x).1
    }

    /// `a * b + c`, rounded once where that is one instruction and twice where it is not.
    #[inline(always)]
    pub fn mul_add<T: Real>(self, a: T, b: T, c: T) -> T {
        if self.has_fma() { a.mul_add::<true>(b, c) } else { a.mul_add::<false>(b, c) }
    }
}
