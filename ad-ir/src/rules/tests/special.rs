//! The partials at special points: zeros, infinities, NaN, subnormals, corners and the ends of domains.

use super::super::{Rule, lookup, scalar};
use super::eval::call_at;
use super::is_differentiable;
use super::real::Real;

/// Arguments of a row, its partials there in the row's order (0 for integer formals), and why they are that.
struct Special(&'static str, &'static [f64], &'static [f64], &'static str);

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

/// For both types. The numbers are such that `f32` has them too.
#[rustfmt::skip] // one row, one line
const BOTH: &[Special] = &[
    Special("+", &[INF, -INF], &[1.0, 1.0], "reads nothing"),
    Special("-", &[INF, INF], &[1.0, -1.0], "reads nothing"),
    Special("*", &[0.0, INF], &[INF, 0.0], "the other factor, whatever it is"),
    Special("*", &[NAN, 2.0], &[2.0, NAN], "the other factor, whatever it is"),
    Special("/", &[1.0, 0.0], &[INF, -INF], "pole"),
    Special("/", &[1.0, -0.0], &[-INF, -INF], "pole, from below"),
    Special("/", &[0.0, 0.0], &[INF, NAN], "the quotient is NaN"),
    Special("/", &[1.0, INF], &[0.0, 0.0], "limit"),
    Special("/", &[INF, 1.0], &[1.0, -INF], "limit"),
    Special("/", &[0.0, 2.0], &[0.5, 0.0], "zero numerator"),
    Special("%", &[5.5, 2.0], &[1.0, -2.0], "5.5 - 2 * 2"),
    Special("%", &[-5.5, 2.0], &[1.0, 2.0], "-5.5 + 2 * 2"),
    Special("%", &[6.0, 2.0], &[1.0, -3.0], "jump: the executed quotient"),
    Special("%", &[0.5, 0.1], &[1.0, -4.0], "0.1 is above 1/10: the quotient is 4, though 0.5 / 0.1 rounds to 5"),
    Special("%", &[1.0, INF], &[1.0, 0.0], "x % inf is x"),
    Special("%", &[1.0, 0.0], &[1.0, NAN], "the remainder is NaN"),
    Special("neg", &[NAN], &[-1.0], "reads nothing"),
    Special("mul_add", &[0.0, INF, 1.0], &[INF, 0.0, 1.0], "the other factor, whatever it is"),
    Special("recip", &[0.0], &[-INF], "pole"),
    Special("recip", &[-0.0], &[-INF], "pole: -1/x² on both sides"),
    Special("recip", &[INF], &[0.0], "limit"),
    Special("recip", &[NAN], &[NAN], "NaN"),
    Special("midpoint", &[INF, 1.0], &[0.5, 0.5], "reads nothing"),
    Special("to_degrees", &[0.0], &[57.29577951308232], "linear"),
    Special("to_radians", &[0.0], &[0.017453292519943295], "linear"),
    Special("rem_euclid", &[5.5, 2.0], &[1.0, -2.0], "5.5 - 2 * 2"),
    Special("rem_euclid", &[-5.5, 2.0], &[1.0, 3.0], "-5.5 + 3 * 2"),
    Special("rem_euclid", &[5.5, -2.0], &[1.0, 2.0], "5.5 + 2 * -2"),
    Special("rem_euclid", &[-1e-20, 1.0], &[1.0, 1.0], "rounds to the divisor itself, by adding it once"),
    Special("rem_euclid", &[1.0, 0.0], &[1.0, NAN], "the remainder is NaN"),
    Special("div_euclid", &[6.0, 2.0], &[0.0, 0.0], "jump: piecewise constant"),

    Special("powi", &[0.0, 0.0], &[0.0, 0.0], "x^0 is 1 everywhere"),
    Special("powi", &[NAN, 0.0], &[0.0, 0.0], "x^0 is 1 everywhere, also in IEEE 754"),
    Special("powi", &[0.0, 1.0], &[1.0, 0.0], "no 0 / 0"),
    Special("powi", &[0.0, 2.0], &[0.0, 0.0], "no 0 / 0"),
    Special("powi", &[-2.0, 3.0], &[12.0, 0.0], "negative base"),
    Special("powi", &[-2.0, -1.0], &[-0.25, 0.0], "negative base and exponent"),
    Special("powi", &[0.0, -1.0], &[-INF, 0.0], "pole"),
    Special("powi", &[-0.0, -1.0], &[-INF, 0.0], "pole: -1/x² on both sides"),
    Special("powi", &[0.0, -2.0], &[-INF, 0.0], "pole, from above"),
    Special("powi", &[INF, 1.0], &[1.0, 0.0], "limit"),
    Special("powi", &[INF, -1.0], &[0.0, 0.0], "limit"),
    Special("powi", &[2.0, -2147483648.0], &[0.0, 0.0], "i32::MIN: n - 1 would overflow"),
    Special("powi", &[1.0, -2147483648.0], &[-2147483648.0, 0.0], "i32::MIN: n - 1 would overflow"),
    Special("powf", &[0.0, 2.0], &[0.0, 0.0], "no 0 / 0; 0^p is 0 for all p > 0"),
    Special("powf", &[-0.0, 2.0], &[0.0, 0.0], "no 0 / 0; 0^p is 0 for all p > 0"),
    Special("powf", &[0.0, 1.0], &[1.0, 0.0], "no 0 / 0"),
    Special("powf", &[0.0, 0.5], &[INF, 0.0], "vertical tangent, as sqrt"),
    Special("powf", &[0.0, 0.0], &[0.0, 0.0], "x^0 is 1 for all x; with respect to p the table says 0"),
    Special("powf", &[0.0, -1.0], &[-INF, -INF], "pole; x^p ln x tends to -inf"),
    Special("powf", &[-2.0, 2.0], &[-4.0, NAN], "integral exponent: real in x, but not in p"),
    Special("powf", &[-2.0, 0.5], &[NAN, NAN], "the power is NaN"),
    Special("powf", &[2.0, 0.0], &[0.0, std::f64::consts::LN_2], "x^0 is 1 for all x"),
    Special("powf", &[NAN, 0.0], &[0.0, NAN], "x^0 is 1 everywhere, also in IEEE 754"),
    Special("powf", &[1.0, NAN], &[NAN, 0.0], "1^p is 1 everywhere, also in IEEE 754"),
    Special("powf", &[2.0, NAN], &[NAN, NAN], "the power is NaN"),
    Special("powf", &[INF, -1.0], &[0.0, 0.0], "limit: no 0 * inf"),
    Special("powf", &[INF, 2.0], &[INF, INF], "limit"),
    Special("sqrt", &[0.0], &[INF], "vertical tangent"),
    Special("sqrt", &[-0.0], &[-INF], "the root is -0, and 1 / -0 is -inf"),
    Special("sqrt", &[-1.0], &[NAN], "outside of the domain"),
    Special("sqrt", &[INF], &[0.0], "limit"),
    Special("sqrt", &[NAN], &[NAN], "NaN"),
    Special("cbrt", &[0.0], &[INF], "vertical tangent"),
    Special("cbrt", &[-0.0], &[INF], "vertical tangent"),
    Special("cbrt", &[-8.0], &[1.0 / 12.0], "negative argument"),
    Special("cbrt", &[INF], &[0.0], "limit"),
    Special("hypot", &[0.0, 0.0], &[0.0, 0.0], "corner of a cone: as abs'(0)"),
    Special("hypot", &[3.0, 4.0], &[0.6, 0.8], "the unit vector"),
    Special("hypot", &[0.0, 2.0], &[0.0, 1.0], "on an axis"),
    Special("hypot", &[INF, 1.0], &[NAN, 0.0], "inf / inf: infinite arguments have no direction"),

    Special("exp", &[-INF], &[0.0], "limit"),
    Special("exp", &[INF], &[INF], "limit"),
    Special("exp", &[NAN], &[NAN], "NaN"),
    Special("exp2", &[-INF], &[0.0], "limit"),
    Special("exp_m1", &[0.0], &[1.0], "tangent x"),
    Special("exp_m1", &[-INF], &[0.0], "limit"),
    Special("ln", &[0.0], &[INF], "pole"),
    Special("ln", &[INF], &[0.0], "limit"),
    Special("ln", &[-1.0], &[-1.0], "the logarithm is NaN already; 1 / x is not asked to be"),
    Special("ln", &[NAN], &[NAN], "NaN"),
    Special("ln_1p", &[-1.0], &[INF], "pole"),
    Special("ln_1p", &[0.0], &[1.0], "tangent x"),
    Special("log", &[1.0, 2.0], &[std::f64::consts::LOG2_E, 0.0], "zero of the logarithm"),
    Special("log", &[2.0, 1.0], &[INF, -INF], "pole in the base"),
    Special("log", &[1.0, 1.0], &[INF, NAN], "the logarithm is NaN"),
    Special("log2", &[0.0], &[INF], "pole"),
    Special("log10", &[0.0], &[INF], "pole"),

    Special("sin", &[0.0], &[1.0], "tangent x"),
    Special("sin", &[INF], &[NAN], "the sine is NaN"),
    Special("cos", &[0.0], &[0.0], "maximum"),
    Special("cos", &[INF], &[NAN], "the cosine is NaN"),
    Special("tan", &[0.0], &[1.0], "tangent x"),
    Special("sin_cos", &[0.0], &[1.0, 0.0], "of the sine, of the cosine"),
    Special("asin", &[0.0], &[1.0], "tangent x"),
    Special("asin", &[1.0], &[INF], "end of the domain"),
    Special("asin", &[-1.0], &[INF], "end of the domain"),
    Special("asin", &[2.0], &[NAN], "outside of the domain"),
    Special("acos", &[1.0], &[-INF], "end of the domain"),
    Special("acos", &[-1.0], &[-INF], "end of the domain"),
    Special("acos", &[-2.0], &[NAN], "outside of the domain"),
    Special("atan", &[0.0], &[1.0], "tangent x"),
    Special("atan", &[INF], &[0.0], "limit"),
    Special("atan2", &[0.0, 0.0], &[0.0, 0.0], "no direction: the table says 0"),
    Special("atan2", &[0.0, 1.0], &[1.0, 0.0], "on the axis"),
    Special("atan2", &[0.0, -1.0], &[-1.0, 0.0], "the branch cut: the angle jumps, its derivative does not"),
    Special("atan2", &[-0.0, -1.0], &[-1.0, 0.0], "the branch cut, from below"),
    Special("atan2", &[1.0, 0.0], &[0.0, -1.0], "straight up: no division by c"),

    Special("sinh", &[INF], &[INF], "limit"),
    Special("cosh", &[-INF], &[-INF], "limit"),
    Special("cosh", &[0.0], &[0.0], "minimum"),
    Special("tanh", &[0.0], &[1.0], "tangent x"),
    Special("tanh", &[INF], &[0.0], "limit"),
    Special("tanh", &[-40.0], &[0.0], "saturated: the result is -1 to the last bit"),
    Special("asinh", &[0.0], &[1.0], "tangent x"),
    Special("asinh", &[-INF], &[0.0], "limit"),
    Special("acosh", &[1.0], &[INF], "end of the domain"),
    Special("acosh", &[0.5], &[NAN], "outside of the domain"),
    Special("acosh", &[-2.0], &[NAN], "outside of the domain, where (x - 1) (x + 1) is positive again"),
    Special("acosh", &[INF], &[0.0], "limit"),
    Special("atanh", &[1.0], &[INF], "end of the domain"),
    Special("atanh", &[-1.0], &[INF], "end of the domain"),

    Special("abs", &[0.0], &[0.0], "corner"),
    Special("abs", &[-0.0], &[0.0], "corner"),
    Special("abs", &[1e-40], &[1.0], "subnormal in f32: not yet the corner"),
    Special("abs", &[-1e-40], &[-1.0], "subnormal in f32: not yet the corner"),
    Special("abs", &[-INF], &[-1.0], "limit"),
    Special("abs", &[NAN], &[NAN], "NaN"),
    Special("copysign", &[0.0, 1.0], &[0.0, 0.0], "corner, as abs"),
    Special("copysign", &[2.0, -1.0], &[-1.0, 0.0], "changes the sign"),
    Special("copysign", &[-2.0, -1.0], &[1.0, 0.0], "keeps the sign"),
    Special("copysign", &[2.0, 0.0], &[1.0, 0.0], "zero has a sign"),
    Special("copysign", &[2.0, -0.0], &[-1.0, 0.0], "zero has a sign"),
    Special("copysign", &[INF, -1.0], &[-1.0, 0.0], "limit"),
    Special("copysign", &[NAN, 1.0], &[NAN, 0.0], "NaN"),
    Special("max", &[1.0, 2.0], &[0.0, 1.0], "the larger"),
    Special("max", &[2.0, 1.0], &[1.0, 0.0], "the larger"),
    Special("max", &[1.0, 1.0], &[1.0, 0.0], "tie: the first"),
    Special("max", &[-0.0, 0.0], &[1.0, 0.0], "zeros tie, whatever their signs"),
    Special("max", &[INF, INF], &[1.0, 0.0], "tie: the first"),
    Special("max", &[NAN, 1.0], &[0.0, 1.0], "the result is the other one"),
    Special("max", &[1.0, NAN], &[1.0, 0.0], "the result is the other one"),
    Special("max", &[NAN, NAN], &[1.0, 0.0], "tie: the first"),
    Special("min", &[1.0, 2.0], &[1.0, 0.0], "the smaller"),
    Special("min", &[1.0, 1.0], &[1.0, 0.0], "tie: the first"),
    Special("min", &[0.0, -0.0], &[1.0, 0.0], "zeros tie, whatever their signs"),
    Special("min", &[NAN, 1.0], &[0.0, 1.0], "the result is the other one"),
    Special("min", &[1.0, NAN], &[1.0, 0.0], "the result is the other one"),
    Special("min", &[NAN, NAN], &[1.0, 0.0], "tie: the first"),
    Special("clamp", &[2.0, 1.0, 3.0], &[1.0, 0.0, 0.0], "inside"),
    Special("clamp", &[1.0, 1.0, 3.0], &[1.0, 0.0, 0.0], "the interval is closed"),
    Special("clamp", &[3.0, 1.0, 3.0], &[1.0, 0.0, 0.0], "the interval is closed"),
    Special("clamp", &[2.0, 2.0, 2.0], &[1.0, 0.0, 0.0], "the interval is closed"),
    Special("clamp", &[0.0, 1.0, 3.0], &[0.0, 1.0, 0.0], "below: the result is `lo`"),
    Special("clamp", &[INF, 1.0, 3.0], &[0.0, 0.0, 1.0], "above: the result is `hi`"),
    Special("clamp", &[NAN, 1.0, 3.0], &[1.0, 0.0, 0.0], "the result is `x`"),

    Special("signum", &[0.0], &[0.0], "jump: piecewise constant"),
    Special("floor", &[2.0], &[0.0], "jump: piecewise constant"),
    Special("ceil", &[2.0], &[0.0], "jump: piecewise constant"),
    Special("round", &[0.5], &[0.0], "jump: piecewise constant"),
    Special("round_ties_even", &[0.5], &[0.0], "jump: piecewise constant"),
    Special("trunc", &[1.0], &[0.0], "jump: piecewise constant"),
    Special("fract", &[2.0], &[1.0], "jump: linear on both sides"),
    Special("fract", &[-0.5], &[1.0], "x - x.trunc(), also below zero"),
    Special("next_up", &[0.0], &[1.0], "x plus something piecewise constant"),
    Special("next_down", &[INF], &[1.0], "x plus something piecewise constant"),
];

/// For `f64` alone: near the ends of its range, and one bit off a corner.
#[rustfmt::skip] // one row, one line
const WIDE: &[Special] = &[
    Special("sqrt", &[1e-310], &[5e154], "subnormal: finite, since the root is not subnormal"),
    Special("cbrt", &[1e-300], &[1e200 / 3.0], "tiny: the square of the root does not underflow"),
    Special("recip", &[1e-200], &[-INF], "overflow, as the derivative itself"),
    Special("ln", &[1e-310], &[INF], "subnormal: overflow, as the derivative itself"),
    Special("powf", &[1e-200, 2.0], &[2e-200, 0.0], "the power underflows, its derivative does not"),
    Special("powi", &[1e-200, 2.0], &[2e-200, 0.0], "the power underflows, its derivative does not"),
    Special("hypot", &[1e200, 1e200], &[0.7071067811865475, 0.7071067811865475], "squares would overflow"),
    Special("hypot", &[1e-200, 1e-200], &[0.7071067811865475, 0.7071067811865475], "squares would underflow"),
    Special("atan2", &[1e200, 1e200], &[5e-201, -5e-201], "squares would overflow: a silent zero"),
    Special("atan2", &[1e-200, 1e-200], &[5e199, -5e199], "squares would underflow"),
    Special("atan2", &[5e-324, 5e-324], &[INF, -INF], "overflow, as the derivative itself"),
    Special("asinh", &[1e200], &[1e-200], "a square would overflow: a silent zero"),
    Special("acosh", &[1e200], &[1e-200], "a square would overflow: a silent zero"),
    Special("atan", &[1e200], &[0.0], "underflow, as the derivative itself"),
    Special("asin", &[1.0 - f64::EPSILON / 2.0], &[67108864.0], "one bit off the end: 1 - x * x would cancel"),
    Special("abs", &[5e-324], &[1.0], "the least subnormal: not yet the corner"),
    Special("exp", &[-745.0], &[5e-324], "the least subnormal"),
];

fn compare<R: Real>(special: &Special, relative: f64) {
    let Special(name, at, wants, why) = special;
    let rule = lookup(name).unwrap_or_else(|| panic!("`{name}` has no row"));
    assert_eq!(wants.len(), rule.partials.len(), "`{name}` at {at:?}");
    for (slot, want) in wants.iter().enumerate() {
        let (r, i) = (slot / rule.arity(), slot % rule.arity());
        let got = call_at::<R>(rule, at, None).partial(r, i).float().wide();
        let same = got == *want || got.is_nan() && want.is_nan() || (got - want).abs() <= relative * want.abs();
        let formal = rule.formals[i].name;
        assert!(
            same && got.is_finite() == want.is_finite(),
            "`{name}` at {at:?} by `{formal}`: {got}, not {want}: {why}"
        );
    }
}

#[test]
fn special_points_follow_the_table() {
    for special in BOTH {
        compare::<f64>(special, 1e-12);
        compare::<f32>(special, 1e-6);
    }
    for special in WIDE {
        compare::<f64>(special, 1e-12);
    }
}

/// A row that is marked as singular has a point that shows it, and one that is not marked has none.
#[test]
fn singular_rows_are_marked() {
    for rule in scalar::ROWS.iter().filter(|r| is_differentiable(r)) {
        assert!(specials(rule).next().is_some(), "`{}` has no special points", rule.name);
        for i in 0..rule.arity() {
            // Infinite arguments aside: they make an infinite partial of `*` without any singularity.
            let unbounded = specials(rule).any(|s| s.1.iter().all(|x| x.is_finite()) && !s.2[i].is_finite());
            assert_eq!(unbounded, rule.singular[i], "`{}`: the flag of `{}`", rule.name, rule.formals[i].name);
        }
    }
}

fn specials(rule: &Rule) -> impl Iterator<Item = &'static Special> {
    BOTH.iter().chain(WIDE).filter(move |s| s.0 == rule.name)
}
