//! The rows. `docs/add-a-primitive.md` says how to add one, [`super::formula`] what a formula may contain.
//!
//! Principles of the formulas:
//!
//! - They read the result where that saves work (`exp`: `y`; `tanh`: `1.0 - y * y`).
//! - They are finite wherever the derivative is: no `0.0 / 0.0` at `hypot(0, 0)`, no overflow in `1e200.asinh()`.
//! - At corners they follow `docs/kinks.md`. A NaN result gets a NaN partial where that costs nothing.

use super::{Class, Cost, Formal, ResultClass, Rule, Span};

const fn float(name: &'static str) -> Formal {
    Formal { name, class: Class::Float }
}

const fn float_ref(name: &'static str) -> Formal {
    Formal { name, class: Class::FloatRef }
}

const fn int(name: &'static str) -> Formal {
    Formal { name, class: Class::Int }
}

const fn span(lo: f64, hi: f64) -> Span {
    Span { lo, hi }
}

const NONE: &[Formal] = &[];
const X: &[Formal] = &[float("x")];
const AB: &[Formal] = &[float("a"), float("b")];
const REF_AB: &[Formal] = &[float_ref("a"), float_ref("b")];
/// `s.atan2(c)`: the angle whose sine and cosine are to each other as `s` and `c`.
const SC: &[Formal] = &[float("s"), float("c")];

const ANY: &[Span] = &[span(-8.0, 8.0)];
const ANY2: &[Span] = &[span(-8.0, 8.0), span(-8.0, 8.0)];
const POSITIVE: &[Span] = &[span(0.05, 20.0)];
/// Inside the unit interval, away from the ends.
const UNIT: &[Span] = &[span(-0.95, 0.95)];

/// A smooth primitive with a float result that costs more than a few cycles and whose partials stay finite. The
/// other constructors and the methods below say what is different.
const fn costly(
    name: &'static str,
    formals: &'static [Formal],
    partials: &'static [&'static str],
    domain: &'static [Span],
    doc: &'static str,
) -> Rule {
    const NOWHERE: &[bool] = &[false; 3];
    let singular = NOWHERE.split_at(formals.len()).0;
    let result = ResultClass::Float;
    Rule { name, formals, result, partials, cost: Cost::Costly, singular, piecewise: false, domain, doc }
}

/// The same, of a few cycles.
const fn cheap(
    name: &'static str,
    formals: &'static [Formal],
    partials: &'static [&'static str],
    domain: &'static [Span],
    doc: &'static str,
) -> Rule {
    Rule { cost: Cost::Cheap, ..costly(name, formals, partials, domain, doc) }
}

/// A primitive with nothing to differentiate: a predicate, a comparison, a constant.
const fn inactive(name: &'static str, formals: &'static [Formal], result: ResultClass, doc: &'static str) -> Rule {
    const NO_PARTIAL: &[&str] = &[""; 3];
    let partials = NO_PARTIAL.split_at(formals.len()).0;
    let domain = ANY2.split_at(formals.len()).0;
    Rule { result, ..cheap(name, formals, partials, domain, doc) }
}

impl Rule {
    const fn singular(self, singular: &'static [bool]) -> Rule {
        Rule { singular, ..self }
    }

    const fn piecewise(self) -> Rule {
        Rule { piecewise: true, ..self }
    }

    const fn pair(self) -> Rule {
        Rule { result: ResultClass::FloatPair, ..self }
    }
}

/// `p * d`, and zero where `d` is, whatever `p` is: see `transform::guarded`. No primitive of the language, so not among the rows.
pub static GUARDED: Rule =
    cheap("guarded", &[float("d"), float("p")], &["p", "d"], ANY2, "product").singular(&[true, true]);

/// All rows.
#[rustfmt::skip] // one row, one line
pub static ROWS: &[Rule] = &[
    // Operators.
    cheap("+", AB, &["1.0", "1.0"], ANY2, "sum"),
    cheap("-", AB, &["1.0", "-1.0"], ANY2, "difference"),
    cheap("*", AB, &["b", "a"], ANY2, "product"),
    costly("/", AB, &["1.0 / b", "-(y / b)"], &[span(-8.0, 8.0), span(0.5, 8.0)], "quotient")
        .singular(&[true, true]),
    // Not -(a / b).trunc(): a / b may round up to the next integer where the remainder did not.
    costly("%", AB, &["1.0", "((y - a) / b).round()"], &[span(-8.0, 8.0), span(0.5, 8.0)],
        "remainder with the sign of `a`")
        .singular(&[false, true]).piecewise(),
    cheap("neg", X, &["-1.0"], ANY, "unary minus"),

    // Arithmetic in method form.
    costly("mul_add", &[float("x"), float("a"), float("b")], &["a", "x", "1.0"],
        &[span(-8.0, 8.0), span(-8.0, 8.0), span(-8.0, 8.0)], "`x * a + b`, rounded once"),
    costly("recip", X, &["-(y * y)"], &[span(0.1, 8.0)], "`1 / x`").singular(&[true]),
    cheap("midpoint", AB, &["0.5", "0.5"], ANY2, "`(a + b) / 2`"),
    cheap("to_degrees", X, &["180.0 / PI"], ANY, "radians to degrees"),
    cheap("to_radians", X, &["PI / 180.0"], ANY, "degrees to radians"),
    costly("rem_euclid", &[float("x"), float("m")], &["1.0", "((y - x) / m).round()"],
        &[span(-8.0, 8.0), span(0.5, 8.0)], "remainder that is never negative")
        .singular(&[false, true]).piecewise(),
    costly("div_euclid", &[float("x"), float("m")], &["0.0", "0.0"],
        &[span(-8.0, 8.0), span(0.5, 8.0)], "quotient that goes with `rem_euclid`; piecewise constant")
        .piecewise(),

    // Powers and roots.
    // For n < 0 the form without n - 1, which overflows at i32::MIN.
    costly("powi", &[float("x"), int("n")],
        &["if n == 0 { 0.0 } else if n < 0 { (n as Float) * x.powi(n) / x } else { (n as Float) * x.powi(n - 1) }", ""],
        &[span(0.2, 3.0), span(-6.0, 6.0)], "integer power").singular(&[true, false]),
    // Not p * y / x: x * x underflows to zero where 2 x does not. Not 0.0 for all p == 0.0: this formula has a derivative by p.
    costly("powf", &[float("x"), float("p")],
        &["if p == 0.0 && (x == 0.0 || x.is_nan()) { 0.0 } else { p * x.powf(p - 1.0) }",
          "if x == 0.0 && p >= 0.0 || x == INFINITY && p < 0.0 { 0.0 } else { y * x.ln() }"],
        &[span(0.2, 3.0), span(-4.0, 4.0)], "power; NaN with respect to `p` at a negative base")
        .singular(&[true, true]),
    costly("sqrt", X, &["0.5 / y"], POSITIVE, "square root").singular(&[true]),
    costly("cbrt", X, &["1.0 / (3.0 * y * y)"], POSITIVE, "cube root").singular(&[true]),
    costly("hypot", AB, &["if y == 0.0 { 0.0 } else { a / y }", "if y == 0.0 { 0.0 } else { b / y }"],
        &[span(-8.0, 8.0), span(0.5, 8.0)], "`(a² + b²).sqrt()` without overflow"),

    // Exponentials and logarithms.
    costly("exp", X, &["y"], ANY, "e to the x"),
    costly("exp2", X, &["y * LN_2"], ANY, "2 to the x"),
    costly("exp_m1", X, &["y + 1.0"], ANY, "`x.exp() - 1`, accurate near 0"),
    costly("ln", X, &["1.0 / x"], POSITIVE, "natural logarithm").singular(&[true]),
    costly("ln_1p", X, &["1.0 / (1.0 + x)"], &[span(-0.9, 8.0)], "`(1 + x).ln()`, accurate near 0")
        .singular(&[true]),
    costly("log", &[float("x"), float("base")], &["1.0 / (x * base.ln())", "-(y / (base * base.ln()))"],
        &[span(0.05, 20.0), span(1.5, 8.0)], "logarithm to a base").singular(&[true, true]),
    costly("log2", X, &["1.0 / (x * LN_2)"], POSITIVE, "logarithm to base 2").singular(&[true]),
    costly("log10", X, &["1.0 / (x * LN_10)"], POSITIVE, "logarithm to base 10").singular(&[true]),

    // Trigonometric functions and their inverses.
    costly("sin", X, &["x.cos()"], ANY, "sine"),
    costly("cos", X, &["-x.sin()"], ANY, "cosine"),
    costly("tan", X, &["1.0 + y * y"], &[span(-1.4, 1.4)], "tangent"),
    costly("sin_cos", X, &["y.1", "-y.0"], ANY, "sine and cosine").pair(),
    // (1 - x) (1 + x) and not 1 - x * x: no cancellation near the ends.
    costly("asin", X, &["1.0 / ((1.0 - x) * (1.0 + x)).sqrt()"], UNIT, "arc sine").singular(&[true]),
    costly("acos", X, &["-1.0 / ((1.0 - x) * (1.0 + x)).sqrt()"], UNIT, "arc cosine").singular(&[true]),
    costly("atan", X, &["1.0 / (1.0 + x * x)"], ANY, "arc tangent"),
    // Two divisions by the hypotenuse and not one by its square, which overflows and underflows.
    costly("atan2", SC,
        &["if s == 0.0 && c == 0.0 { 0.0 } else { c / s.hypot(c) / s.hypot(c) }",
          "if s == 0.0 && c == 0.0 { 0.0 } else { -(s / s.hypot(c) / s.hypot(c)) }"],
        &[span(-8.0, 8.0), span(0.5, 8.0)], "angle of the point `(c, s)`").singular(&[true, true]),

    // Hyperbolic functions and their inverses.
    costly("sinh", X, &["x.cosh()"], ANY, "hyperbolic sine"),
    costly("cosh", X, &["x.sinh()"], ANY, "hyperbolic cosine"),
    costly("tanh", X, &["1.0 - y * y"], ANY, "hyperbolic tangent"),
    costly("asinh", X, &["1.0 / x.hypot(1.0)"], ANY, "inverse hyperbolic sine"),
    // Two roots: the product under one root overflows, and is positive for x < -1, where the result is NaN.
    costly("acosh", X, &["1.0 / ((x - 1.0).sqrt() * (x + 1.0).sqrt())"], &[span(1.05, 20.0)],
        "inverse hyperbolic cosine").singular(&[true]),
    costly("atanh", X, &["1.0 / ((1.0 - x) * (1.0 + x))"], UNIT, "inverse hyperbolic tangent")
        .singular(&[true]),

    // Corners.
    // The sign by signum, so that a NaN argument gives NaN.
    cheap("abs", X, &["if x == 0.0 { 0.0 } else { x.signum() }"], ANY, "absolute value").piecewise(),
    cheap("copysign", &[float("x"), float("s")],
        &["if x == 0.0 { 0.0 } else if s.is_sign_negative() { -x.signum() } else { x.signum() }", "0.0"], ANY2,
        "magnitude of `x`, sign of `s`").piecewise(),
    cheap("max", AB,
        &["if a >= b || b.is_nan() { 1.0 } else { 0.0 }", "if a >= b || b.is_nan() { 0.0 } else { 1.0 }"], ANY2,
        "the larger; the other one where one is NaN").piecewise(),
    cheap("min", AB,
        &["if a <= b || b.is_nan() { 1.0 } else { 0.0 }", "if a <= b || b.is_nan() { 0.0 } else { 1.0 }"], ANY2,
        "the smaller; the other one where one is NaN").piecewise(),
    cheap("clamp", &[float("x"), float("lo"), float("hi")],
        &["if x < lo || x > hi { 0.0 } else { 1.0 }", "if x < lo { 1.0 } else { 0.0 }",
          "if x > hi { 1.0 } else { 0.0 }"],
        &[span(-8.0, 8.0), span(-6.0, -1.0), span(1.0, 6.0)], "`x` between `lo` and `hi`").piecewise(),

    // Steps: the derivative is zero, or that of what is left when the step is taken away.
    cheap("signum", X, &["0.0"], ANY, "sign; 1 at 0 and -1 at -0").piecewise(),
    cheap("floor", X, &["0.0"], ANY, "to the integer below").piecewise(),
    cheap("ceil", X, &["0.0"], ANY, "to the integer above").piecewise(),
    cheap("round", X, &["0.0"], ANY, "to the nearest integer, halves away from zero").piecewise(),
    cheap("round_ties_even", X, &["0.0"], ANY, "to the nearest integer, halves to even").piecewise(),
    cheap("trunc", X, &["0.0"], ANY, "to the integer towards zero").piecewise(),
    cheap("fract", X, &["1.0"], ANY, "`x - x.trunc()`").piecewise(),
    cheap("next_up", X, &["1.0"], ANY, "the next float above").piecewise(),
    cheap("next_down", X, &["1.0"], ANY, "the next float below").piecewise(),

    // Predicates and comparisons.
    inactive("is_nan", X, ResultClass::Bool, "whether NaN"),
    inactive("is_infinite", X, ResultClass::Bool, "whether infinite"),
    inactive("is_finite", X, ResultClass::Bool, "whether neither infinite nor NaN"),
    inactive("is_normal", X, ResultClass::Bool, "whether none of zero, subnormal, infinite, NaN"),
    inactive("is_subnormal", X, ResultClass::Bool, "whether subnormal"),
    inactive("is_sign_positive", X, ResultClass::Bool, "whether the sign bit is clear"),
    inactive("is_sign_negative", X, ResultClass::Bool, "whether the sign bit is set"),
    inactive("classify", X, ResultClass::Opaque, "the `FpCategory`"),
    inactive("total_cmp", REF_AB, ResultClass::Opaque, "total order"),
    inactive("partial_cmp", REF_AB, ResultClass::Opaque, "the operators' order, from `PartialOrd`"),
    inactive("eq", REF_AB, ResultClass::Bool, "`a == b`, from `PartialEq`"),
    inactive("ne", REF_AB, ResultClass::Bool, "`a != b`, from `PartialEq`"),
    inactive("lt", REF_AB, ResultClass::Bool, "`a < b`, from `PartialOrd`"),
    inactive("le", REF_AB, ResultClass::Bool, "`a <= b`, from `PartialOrd`"),
    inactive("gt", REF_AB, ResultClass::Bool, "`a > b`, from `PartialOrd`"),
    inactive("ge", REF_AB, ResultClass::Bool, "`a >= b`, from `PartialOrd`"),

    // Constants: from integers, and the associated functions of `num_traits::Float`.
    inactive("from_bits", &[int("n")], ResultClass::Float, "the float of a bit pattern (`to_bits` is refused)"),
    inactive("zero", NONE, ResultClass::Float, "0, from `num_traits`"),
    inactive("one", NONE, ResultClass::Float, "1, from `num_traits`"),
    inactive("nan", NONE, ResultClass::Float, "NaN, from `num_traits`"),
    inactive("infinity", NONE, ResultClass::Float, "∞, from `num_traits`"),
    inactive("neg_infinity", NONE, ResultClass::Float, "-∞, from `num_traits`"),
    inactive("neg_zero", NONE, ResultClass::Float, "-0, from `num_traits`"),
    inactive("min_value", NONE, ResultClass::Float, "the least finite float, from `num_traits`"),
    inactive("max_value", NONE, ResultClass::Float, "the largest finite float, from `num_traits`"),
    inactive("min_positive_value", NONE, ResultClass::Float, "the least positive normal float, from `num_traits`"),
    inactive("epsilon", NONE, ResultClass::Float, "the distance from 1 to the next float, from `num_traits`"),
];
