//! The primitives themselves, for `f64` and `f32`, by name.

/// A value of the formula language.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value<R> {
    F(R),
    Pair(R, R),
    I(i64),
    B(bool),
    /// `Ordering` and the like: formulas cannot use it.
    Opaque,
}

/// A float type that primitives can be called on.
pub(super) trait Real: Copy + PartialOrd + std::fmt::Debug {
    fn of(x: f64) -> Self;
    fn wide(self) -> f64;
    /// One of [`super::super::formula::CONSTANTS`].
    fn constant(name: &str) -> Option<Self>;
    /// Calls the primitive of a row.
    fn call(name: &str, args: &[Value<Self>]) -> Value<Self>;
}

macro_rules! real {
    ($t:ident; unary: $($unary:ident)*; binary: $($binary:ident)*; predicates: $($predicate:ident)*;
     comparisons: $($comparison:ident)*) => {
        impl Real for $t {
            fn of(x: f64) -> $t {
                x as $t
            }

            fn wide(self) -> f64 {
                f64::from(self)
            }

            fn constant(name: &str) -> Option<$t> {
                use std::$t::consts;
                Some(match name {
                    "PI" => consts::PI,
                    "LN_2" => consts::LN_2,
                    "LN_10" => consts::LN_10,
                    "FRAC_2_SQRT_PI" => consts::FRAC_2_SQRT_PI,
                    "NAN" => $t::NAN,
                    "INFINITY" => $t::INFINITY,
                    _ => return None,
                })
            }

            fn call(name: &str, args: &[Value<$t>]) -> Value<$t> {
                use Value::{B, F, I, Opaque, Pair};
                match (name, args) {
                    ("+", &[F(a), F(b)]) => F(a + b),
                    ("-", &[F(a), F(b)]) => F(a - b),
                    ("*", &[F(a), F(b)]) => F(a * b),
                    ("/", &[F(a), F(b)]) => F(a / b),
                    ("%", &[F(a), F(b)]) => F(a % b),
                    ("neg", &[F(x)]) => F(-x),
                    $((stringify!($unary), &[F(x)]) => F($t::$unary(x)),)*
                    $((stringify!($binary), &[F(a), F(b)]) => F($t::$binary(a, b)),)*
                    $((stringify!($predicate), &[F(x)]) => B($t::$predicate(x)),)*
                    $((stringify!($comparison), &[F(a), F(b)]) => B($t::$comparison(&a, &b)),)*
                    ("powi", &[F(x), I(n)]) => F(x.powi(i32::try_from(n).expect("an exponent"))),
                    ("mul_add", &[F(x), F(a), F(b)]) => F(x.mul_add(a, b)),
                    ("clamp", &[F(x), F(lo), F(hi)]) => F(x.clamp(lo, hi)),
                    ("sin_cos", &[F(x)]) => Pair(x.sin_cos().0, x.sin_cos().1),
                    ("classify" | "total_cmp" | "partial_cmp", _) => Opaque,
                    _ => panic!("no arm for `{name}` of {args:?}: add it to ad-ir/src/rules/tests/real.rs"),
                }
            }
        }
    };
}

macro_rules! for_both {
    ($($t:ident)*) => { $(real! {
        $t;
        unary: recip to_degrees to_radians sqrt cbrt exp exp2 exp_m1 ln ln_1p log2 log10 sin cos tan asin acos atan
            sinh cosh tanh asinh acosh atanh abs signum floor ceil round round_ties_even trunc fract next_up next_down;
        binary: midpoint rem_euclid div_euclid powf hypot log atan2 copysign max min;
        predicates: is_nan is_infinite is_finite is_normal is_subnormal is_sign_positive is_sign_negative;
        comparisons: eq ne lt le gt ge
    })* };
}

for_both!(f64 f32);
