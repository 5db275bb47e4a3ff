//! The float functions: how std computes each, its partial derivatives, and which piece of it an argument selects.
//!
//! The values come from std so that they equal the compiled program bit for bit. The partials follow the project's
//! table of kinks: `abs'(0) = 0`, a tie of `max`/`min` goes to the first argument, `clamp` passes inside the closed
//! interval, steps are flat.

/// Where a function may be evaluated; the generator wraps arguments accordingly.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Domain {
    Any,
    /// Grows fast: keep the argument within a few units.
    Small,
    Positive,
    /// Strictly inside (-1, 1).
    Unit,
    AboveOne,
    /// The last argument (the divisor, or an angle's x) must stay away from zero.
    Divisor,
    /// First positive, second small.
    Power,
    /// Both positive, the second away from one.
    Log,
    /// Second and third are ordered literals.
    Clamp,
}

macro_rules! table {
    ($($variant:ident $name:ident ($($arg:ident),+) $y:ident $domain:ident [$($partial:expr),+];)+) => {
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub(crate) enum FloatFn { $($variant),+ }

        pub(crate) const ALL: &[FloatFn] = &[$(FloatFn::$variant),+];

        impl FloatFn {
            pub(crate) fn name(self) -> &'static str {
                match self { $(FloatFn::$variant => stringify!($name)),+ }
            }

            pub(crate) fn domain(self) -> Domain {
                match self { $(FloatFn::$variant => Domain::$domain),+ }
            }

            pub(crate) fn arity(self) -> usize {
                match self { $(FloatFn::$variant => [$(stringify!($arg)),+].len()),+ }
            }

            /// The value as std gives it; `single` computes in `f32`.
            pub(crate) fn value(self, single: bool, args: &[f64]) -> f64 {
                match (self, args) {
                    $((FloatFn::$variant, &[$($arg),+]) => if single {
                        f64::from(f32::$name($($arg as f32),+))
                    } else {
                        f64::$name($($arg),+)
                    },)+
                    _ => unreachable!("{self:?} with {} arguments", args.len()),
                }
            }

            /// The partial derivatives at `args`, where the value is `y`.
            pub(crate) fn partials(self, args: &[f64], value: f64) -> Vec<f64> {
                match (self, args) {
                    $((FloatFn::$variant, &[$($arg),+]) => {
                        let $y = value;
                        let _ = ($y, $($arg),+);
                        vec![$($partial),+]
                    })+
                    _ => unreachable!("{self:?} with {} arguments", args.len()),
                }
            }
        }
    };
}

fn pick(condition: bool) -> f64 {
    if condition { 1.0 } else { 0.0 }
}

fn sign(x: f64) -> f64 {
    if x > 0.0 {
        1.0
    } else if x < 0.0 {
        -1.0
    } else {
        0.0
    }
}

table! {
    Sin sin(x) y Any [x.cos()];
    Cos cos(x) y Any [-x.sin()];
    Tan tan(x) y Unit [1.0 + y * y];
    Asin asin(x) y Unit [1.0 / ((1.0 - x) * (1.0 + x)).sqrt()];
    Acos acos(x) y Unit [-1.0 / ((1.0 - x) * (1.0 + x)).sqrt()];
    Atan atan(x) y Any [1.0 / (1.0 + x * x)];
    Sinh sinh(x) y Small [x.cosh()];
    Cosh cosh(x) y Small [x.sinh()];
    Tanh tanh(x) y Any [1.0 - y * y];
    Asinh asinh(x) y Any [1.0 / (x * x + 1.0).sqrt()];
    Acosh acosh(x) y AboveOne [1.0 / ((x - 1.0) * (x + 1.0)).sqrt()];
    Atanh atanh(x) y Unit [1.0 / ((1.0 - x) * (1.0 + x))];
    Exp exp(x) y Small [y];
    Exp2 exp2(x) y Small [y * std::f64::consts::LN_2];
    ExpM1 exp_m1(x) y Small [x.exp()];
    Ln ln(x) y Positive [1.0 / x];
    Log2 log2(x) y Positive [1.0 / (x * std::f64::consts::LN_2)];
    Log10 log10(x) y Positive [1.0 / (x * std::f64::consts::LN_10)];
    Ln1p ln_1p(x) y Positive [1.0 / (1.0 + x)];
    Sqrt sqrt(x) y Positive [0.5 / y];
    Cbrt cbrt(x) y Positive [1.0 / (3.0 * y * y)];
    Recip recip(x) y Positive [-1.0 / (x * x)];
    Abs abs(x) y Any [sign(x)];
    Signum signum(x) y Any [0.0 * x];
    Floor floor(x) y Any [0.0];
    Ceil ceil(x) y Any [0.0];
    Round round(x) y Any [0.0];
    Trunc trunc(x) y Any [0.0];
    Fract fract(x) y Any [1.0];
    ToDegrees to_degrees(x) y Small [180.0 / std::f64::consts::PI];
    ToRadians to_radians(x) y Any [std::f64::consts::PI / 180.0];
    Powf powf(x, p) y Power [p * x.powf(p - 1.0), y * x.ln()];
    Log log(x, b) y Log [1.0 / (x * b.ln()), -y / (b * b.ln())];
    Hypot hypot(a, b) y Divisor [a / y, b / y];
    Atan2 atan2(a, b) y Divisor [b / (a * a + b * b), -a / (a * a + b * b)];
    Max max(a, b) y Any [pick(a >= b), pick(a < b)];
    Min min(a, b) y Any [pick(a <= b), pick(a > b)];
    Copysign copysign(a, s) y Any [sign(a) * 1f64.copysign(s), 0.0];
    RemEuclid rem_euclid(a, b) y Divisor [1.0, -a.div_euclid(b)];
    DivEuclid div_euclid(a, b) y Divisor [0.0, 0.0];
    MulAdd mul_add(a, b, c) y Any [b, a, 1.0];
    Clamp clamp(x, lo, hi) y Clamp [pick((lo..=hi).contains(&x)), pick(x < lo), pick(x > hi)];
}

impl FloatFn {
    /// Which smooth piece the arguments select; `None` for a function that is smooth where it is defined.
    /// The interpreter puts it on the branch trace, so that difference quotients never straddle a kink.
    pub(crate) fn piece(self, args: &[f64], value: f64) -> Option<i64> {
        use FloatFn as F;
        let side = |x: f64| if x > 0.0 { 1 } else { i64::from(x < 0.0) * 2 };
        match self {
            F::Abs | F::Signum => Some(side(args[0])),
            F::Copysign => Some(side(args[0]) * 3 + i64::from(args[1].is_sign_negative())),
            F::Floor | F::Ceil | F::Round | F::Trunc | F::DivEuclid => Some(value as i64),
            F::Fract => Some(args[0].trunc() as i64),
            F::RemEuclid => Some(args[0].div_euclid(args[1]) as i64),
            F::Max | F::Min => Some(side(args[0] - args[1])),
            F::Clamp => Some(side(args[0] - args[1]) * 3 + side(args[2] - args[0])),
            _ => None,
        }
    }

    /// Functions whose derivative vanishes everywhere: fine inside expressions, useless as the only path to a result.
    pub(crate) fn is_flat(self) -> bool {
        use FloatFn as F;
        matches!(self, F::Signum | F::Floor | F::Ceil | F::Round | F::Trunc | F::DivEuclid)
    }
}
