//! What must be exact: zeros and their signs, infinities, NaN, both ends of the range; and slices of any length.

use crate::{f32 as single, f64 as double};
use ad_runtime::math::{self, Isa, MAX_ANGLE};

/// Long enough for full vectors and a remainder.
const COPIES: usize = 21;

fn same(a: f64, b: f64) -> bool {
    a == b && a.is_sign_negative() == b.is_sign_negative() || a.is_nan() && b.is_nan()
}

macro_rules! table {
    ($float:ident, $module:ident; $($name:ident: $($x:expr => $y:expr),+;)*) => {
        for &isa in Isa::supported() {
            $($({
                let (x, expected): ($float, $float) = ($x, $y);
                let mut values = [x; COPIES];
                $module::$name(isa, &mut values);
                for y in values {
                    let right = same(f64::from(y), f64::from(expected));
                    assert!(right, "{}({x:e}) is {y:e}, not {expected:e}, {isa:?}", stringify!($name));
                }
            })+)*
        }
    };
}

macro_rules! special {
    ($float:ident, $module:ident; least: $least:expr, exp: $under:literal $over:literal, digits: $digits:literal) => {{
        const INF: $float = $float::INFINITY;
        const NAN: $float = $float::NAN;
        const MAX: $float = $float::MAX;
        /// The least subnormal number.
        const LEAST: $float = $least;
        table! { $float, $module;
            exp: 0.0 => 1.0, -0.0 => 1.0, LEAST => 1.0, INF => INF, -INF => 0.0, MAX => INF, -MAX => 0.0, $over => INF,
                $under => 0.0, NAN => NAN;
            exp2: 0.0 => 1.0, -0.0 => 1.0, LEAST => 1.0, INF => INF, -INF => 0.0, MAX => INF, -MAX => 0.0, NAN => NAN;
            exp_m1: 0.0 => 0.0, -0.0 => -0.0, LEAST => LEAST, -LEAST => -LEAST, INF => INF, -INF => -1.0, MAX => INF,
                -MAX => -1.0, $over => INF, $under => -1.0, NAN => NAN;
            ln: 1.0 => 0.0, 0.0 => -INF, -0.0 => -INF, INF => INF, -LEAST => NAN, -1.0 => NAN, -INF => NAN, NAN => NAN;
            log2: 1.0 => 0.0, 0.0 => -INF, -0.0 => -INF, INF => INF, -LEAST => NAN, -1.0 => NAN, -INF => NAN, NAN => NAN;
            ln_1p: 0.0 => 0.0, -0.0 => -0.0, LEAST => LEAST, -LEAST => -LEAST, -1.0 => -INF, -1.5 => NAN, -INF => NAN,
                INF => INF, NAN => NAN;
            sin: 0.0 => 0.0, -0.0 => -0.0, LEAST => LEAST, -LEAST => -LEAST, INF => NAN, -INF => NAN, MAX => NAN, NAN => NAN;
            cos: 0.0 => 1.0, -0.0 => 1.0, LEAST => 1.0, INF => NAN, -INF => NAN, MAX => NAN, NAN => NAN;
            tanh: 0.0 => 0.0, -0.0 => -0.0, LEAST => LEAST, -LEAST => -LEAST, INF => 1.0, -INF => -1.0, MAX => 1.0,
                -MAX => -1.0, NAN => NAN;
            sigmoid: 0.0 => 0.5, -0.0 => 0.5, INF => 1.0, -INF => 0.0, MAX => 1.0, -MAX => 0.0, $under => 0.0, NAN => NAN;
            softplus: INF => INF, -INF => 0.0, MAX => MAX, -MAX => 0.0, $under => 0.0, NAN => NAN;
            erf: 0.0 => 0.0, -0.0 => -0.0, INF => 1.0, -INF => -1.0, MAX => 1.0, -MAX => -1.0, NAN => NAN;
        }
        // Powers of two both ways.
        for &isa in Isa::supported() {
            for n in $float::MIN_EXP - 1 - ($digits - 1)..$float::MAX_EXP {
                let power = (0..n.abs()).fold(1.0, |p: $float, _| if n < 0 { p / 2.0 } else { p * 2.0 });
                let (mut up, mut down) = ([n as $float; COPIES], [power; COPIES]);
                $module::exp2(isa, &mut up);
                $module::log2(isa, &mut down);
                assert_eq!((up, down), ([power; COPIES], [n as $float; COPIES]), "2^{n}, {isa:?}");
            }
        }
        // Powers, held to std.
        let odd = (1u64 << ($digits - 1)) as $float - 1.0;
        let list = [0.0, LEAST, $float::MIN_POSITIVE, 0.25, 0.5, 1.0 - $float::EPSILON, 1.0, 1.0 + $float::EPSILON, 1.5, 2.0, 3.0, 4.0,
            odd, odd + 1.0, odd + 2.0, 2.0 * odd, 2.0 * odd + 3.0, MAX, INF, NAN];
        let list: Vec<$float> = list.into_iter().flat_map(|x| [x, -x]).collect();
        for &isa in Isa::supported() {
            for &y in &list {
                let mut powers = list.clone();
                $module::pow(isa, &mut powers, &vec![y; list.len()]);
                for (&x, power) in list.iter().zip(powers) {
                    let std = x.powf(y);
                    let near = std.is_normal() && (power / std - 1.0).abs() < 3.0 * $float::EPSILON && std.abs() != 1.0;
                    let right = near || same(f64::from(power), f64::from(std));
                    assert!(right, "{x:e}^{y:e} is {power:e}, not {std:e}, {isa:?}");
                }
            }
        }
    }};
}

#[test]
fn special_values_of_doubles() {
    special!(f64, double; least: 5e-324, exp: -745.2 709.8, digits: 53);
}

#[test]
fn special_values_of_singles() {
    special!(f32, single; least: 1e-45, exp: -104.0 88.8, digits: 24);
}

#[test]
fn the_ends_of_exp() {
    for &isa in Isa::supported() {
        let mut values = [709.782712893384, -745.13, -744.44, -708.3, -710.5];
        double::exp(isa, &mut values);
        assert!(values[0].is_finite() && values[0] > 1.7976931348622e308, "{isa:?}");
        assert_eq!(values[1..3], [5e-324, 5e-324], "{isa:?}");
        assert!(values[3].is_normal() && values[4].is_subnormal(), "{isa:?}");
    }
}

macro_rules! lengths {
    ($($slice:ident = $method:ident;)*) => {
        for length in [0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 300] {
            let xs: Vec<f64> = (0..length).map(|k| 0.37 * k as f64 + 0.01).collect();
            $(
                let mut ys = xs.clone();
                math::$slice(&mut ys);
                let single: Vec<f64> = xs.iter().map(|&x| Isa::best().$method(x)).collect();
                assert_eq!(ys, single, "{}", stringify!($slice));
            )*
            let mut ys = xs.clone();
            math::pow_slice(&mut ys, 0.7);
            assert_eq!(ys, xs.iter().map(|&x| Isa::best().pow(x, 0.7)).collect::<Vec<_>>());
        }
    };
}

#[test]
fn slices_of_any_length_hold_what_single_calls_give() {
    lengths! {
        exp_slice = exp; exp2_slice = exp2; exp_m1_slice = exp_m1; ln_slice = ln; ln_1p_slice = ln_1p; log2_slice = log2;
        sin_slice = sin; cos_slice = cos; tanh_slice = tanh; sigmoid_slice = sigmoid; softplus_slice = softplus; erf_slice = erf;
    }
}

#[test]
fn angles_in_slices_have_no_limit() {
    let large = [MAX_ANGLE * 2.0, -1e22, f64::MAX, 1e200];
    let mut xs: Vec<f64> = (0..700).map(|k| k as f64).collect();
    for (k, &x) in large.iter().enumerate() {
        xs[130 * k + 7] = x;
    }
    let (mut sines, mut cosines) = (xs.clone(), xs.clone());
    math::sin_slice(&mut sines);
    math::cos_slice(&mut cosines);
    for ((x, sin), cos) in xs.into_iter().zip(sines).zip(cosines) {
        assert!((sin - x.sin()).abs() <= 2e-16 && (cos - x.cos()).abs() <= 2e-16, "{x:e}: {sin}, {cos}");
    }
    let mut xs = [0.5, 3e38_f32, f32::INFINITY];
    math::cos_slice(&mut xs);
    assert!((xs[0] - 0.5_f32.cos()).abs() < 1e-7 && xs[1] == 3e38_f32.cos() && xs[2].is_nan());
}

#[test]
fn both_at_once_are_sine_and_cosine() {
    for &isa in Isa::supported() {
        for x in [-1e9, -2.0, -0.0, 0.3, 5.0, 7e12] {
            assert_eq!(isa.sin_cos(x), (isa.sin(x), isa.cos(x)));
        }
        assert_eq!(isa.mul_add(3.0, 4.0, 5.0), 17.0);
        assert_eq!(isa.mul_add(3.0_f32, 4.0, 5.0), 17.0);
    }
}
