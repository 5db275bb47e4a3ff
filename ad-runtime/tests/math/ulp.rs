//! Errors in units in the last place.

use crate::double_double::{self as reference, Double, Value, ldexp};
use crate::{f32 as single, f64 as double, golden};
use ad_runtime::math::{Isa, MAX_ANGLE};

/// A format: bits of the mantissa, least exponent of a last place, exponent of the first power of two that overflows.
#[derive(Clone, Copy)]
struct Format {
    digits: i32,
    least: i32,
    end: i32,
}
const DOUBLE: Format = Format { digits: 52, least: -1074, end: 1024 };
const SINGLE: Format = Format { digits: 23, least: -149, end: 128 };

/// |y - value| in units in the last place of the value. ∞ counts as the power of two that is the first to overflow.
fn ulps(y: f64, value: Value, format: Format) -> f64 {
    let Value { m, e } = value;
    if y.is_nan() || m.0 == 0.0 {
        return if y == 0.0 && m.0 == 0.0 { 0.0 } else { f64::INFINITY };
    }
    let top = e + exponent(m.0);
    // What rounds to ∞ must be ∞.
    if y.is_infinite() && top >= format.end {
        return if (y > 0.0) == (m.0 > 0.0) { 0.0 } else { f64::INFINITY };
    }
    let scaled = if y.is_infinite() { y.signum() * ldexp(1.0, format.end - e) } else { ldexp(y, -e) };
    let last = (top - format.digits).max(format.least);
    ldexp(((scaled - m.0) - m.1).abs(), e - last)
}

fn exponent(x: f64) -> i32 {
    let x = x.abs();
    if x < f64::MIN_POSITIVE {
        return exponent(x * 2.0_f64.powi(60)) - 60;
    }
    (x.to_bits() >> 52) as i32 - 1023
}

/// Marsaglia's xorshift: the same points on every run.
struct Random(u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
    fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }
    /// One in two is spread over the interval, the others over the exponents in it.
    fn within(&mut self, low: f64, high: f64) -> f64 {
        loop {
            let x = if self.bits() >> 63 == 0 {
                low + (high - low) * self.unit()
            } else {
                let largest = exponent(low.abs().max(high.abs()));
                let e = largest - (self.unit() * self.unit() * (largest + 1075) as f64) as i32;
                let x = ldexp(1.0 + self.unit(), e);
                if low < 0.0 && self.bits() >> 63 == 0 { -x } else { x }
            };
            if (low..=high).contains(&x) {
                return x;
            }
        }
    }
}

struct Function {
    name: &'static str,
    double: fn(Isa, &mut [f64]),
    single: fn(Isa, &mut [f32]),
    reference: fn(f64) -> Value,
    /// Precise enough for `f32`.
    quick: fn(f64) -> f64,
    /// Where the function is more than a constant, and where an error would be easy to make.
    domains: &'static [(f64, f64)],
}

macro_rules! function {
    ($name:ident, $quick:expr, $domains:expr) => {
        Function {
            name: stringify!($name),
            double: double::$name,
            single: single::$name,
            reference: reference::$name,
            quick: $quick,
            domains: $domains,
        }
    };
}

fn our_erf(x: f64) -> f64 {
    Isa::supported()[0].erf(x)
}

const FUNCTIONS: &[Function] = &[
    function!(exp, f64::exp, &[(-746.0, 710.0), (-1.0, 1.0), (709.0, 710.0), (-746.0, -707.0)]),
    function!(exp2, f64::exp2, &[(-1076.0, 1025.0), (-1.0, 1.0), (-1076.0, -1021.0)]),
    function!(exp_m1, f64::exp_m1, &[(-60.0, 710.0), (-1.5, 1.5), (709.0, 710.0)]),
    function!(ln, f64::ln, &[(5e-324, f64::MAX), (5e-324, 4.0), (0.9, 1.1), (5e-324, 1e-307)]),
    function!(ln_1p, f64::ln_1p, &[(-0.9999999, f64::MAX), (-0.9999999, 4.0), (-0.1, 0.1)]),
    function!(log2, f64::log2, &[(5e-324, f64::MAX), (5e-324, 4.0), (0.9, 1.1), (5e-324, 1e-307)]),
    function!(sin, f64::sin, &[(-MAX_ANGLE, MAX_ANGLE), (-10.0, 10.0), (-1e5, 1e5), (3.1, 3.2)]),
    function!(cos, f64::cos, &[(-MAX_ANGLE, MAX_ANGLE), (-10.0, 10.0), (-1e5, 1e5), (1.5, 1.6)]),
    function!(tanh, f64::tanh, &[(-25.0, 25.0), (-1.0, 1.0)]),
    function!(
        sigmoid,
        |x| if x < 0.0 { x.exp() / (1.0 + x.exp()) } else { 1.0 / (1.0 + (-x).exp()) },
        &[(-746.0, 746.0), (-40.0, 40.0), (-746.0, -707.0)]
    ),
    function!(softplus, |x| x.max(0.0) + (-x.abs()).exp().ln_1p(), &[(-746.0, 1e10), (-40.0, 40.0), (-746.0, -707.0)]),
    function!(erf, our_erf, &[(-7.0, 7.0), (-1.1, 1.1)]),
];

/// The most ulps that any instruction set is off at `count` points, and where: for `f64`.
fn worst_double(f: &Function, count: usize) -> Vec<(f64, f64)> {
    let mut random = Random(0x9E3779B97F4A7C15);
    let mut xs: Vec<f64> = vec![];
    for &(low, high) in f.domains {
        xs.extend((0..count / f.domains.len()).map(|_| random.within(low, high)));
        xs.extend([low, high]);
    }
    if matches!(f.name, "sin" | "cos") {
        // Next to multiples of a quarter turn.
        xs.extend((0..count / 4).map(|_| (random.unit() * 47.0).exp2().round() * std::f64::consts::FRAC_PI_2));
    }
    let values: Vec<Value> = xs.iter().map(|&x| (f.reference)(x)).collect();
    let of = |isa: &Isa| {
        let mut ys = xs.clone();
        (f.double)(*isa, &mut ys);
        let errors = xs.iter().zip(ys).zip(&values);
        errors.map(|((&x, y), &v)| (ulps(y, v, DOUBLE), x)).fold((0.0, 0.0), |a, b| if b.0 > a.0 { b } else { a })
    };
    Isa::supported().iter().map(of).collect()
}

/// The same for `f32`, at each `step`th of all numbers.
fn worst_single(f: &Function, step: u32) -> Vec<(f64, f64)> {
    let mut worst = vec![(0.0, 0.0); Isa::supported().len()];
    let mut bits = (0..=u32::MAX / step).map(|k| f32::from_bits(k * step));
    loop {
        let xs: Vec<f32> = bits.by_ref().take(4096).collect();
        if xs.is_empty() {
            return worst;
        }
        let trigonometric = matches!(f.name, "sin" | "cos");
        let values: Vec<f64> = xs.iter().map(|&x| (f.quick)(f64::from(x))).collect();
        for (isa, worst) in Isa::supported().iter().zip(&mut worst) {
            let mut ys = xs.clone();
            (f.single)(*isa, &mut ys);
            for ((&x, y), &value) in xs.iter().zip(ys).zip(&values) {
                if value.is_nan() || trigonometric && x.abs() > MAX_ANGLE as f32 {
                    assert!(y.is_nan(), "{}({x:e}) = {y:e} should be NaN", f.name);
                    continue;
                }
                let error = if value.is_infinite() {
                    if f64::from(y) == value { 0.0 } else { f64::INFINITY }
                } else {
                    ulps(f64::from(y), Value { m: Double(value, 0.0), e: 0 }, SINGLE)
                };
                if error > worst.0 {
                    *worst = (error, f64::from(x));
                }
            }
        }
    }
}

/// The same for powers, at random points; exponents such that the result is finite.
fn worst_pow(count: usize) -> [Vec<(f64, (f64, f64))>; 2] {
    let mut random = Random(0x2545F4914F6CDD1D);
    let points = |random: &mut Random, log_end: f64| -> (Vec<f64>, Vec<f64>) {
        let bounds: [(f64, f64); 4] = [(1e-307, 1e308), (0.5, 2.0), (0.99, 1.01), (0.9, 30.0)];
        let point = |k: usize| {
            let (low, high) = bounds[k % 4];
            let x =
                if log_end < 100.0 { random.within(low.max(1e-38), high.min(1e38)) } else { random.within(low, high) };
            let y = (2.0 * random.unit() - 1.0) * log_end / x.ln().abs().max(1e-17);
            let y = if random.bits() >> 62 == 0 { y.round().clamp(-20.0, 20.0) * 0.5 } else { y };
            (x, y)
        };
        (0..count).map(point).unzip()
    };
    let keep = |worst: &mut (f64, (f64, f64)), error: f64, at| {
        if error > worst.0 {
            *worst = (error, at);
        }
    };
    let (xs, ys) = points(&mut random, 744.0);
    let values: Vec<Value> = xs.iter().zip(&ys).map(|(&x, &y)| reference::pow(x, y)).collect();
    let doubles = Isa::supported().iter().map(|&isa| {
        let (mut worst, mut powers) = ((0.0, (0.0, 0.0)), xs.clone());
        double::pow(isa, &mut powers, &ys);
        (0..count).for_each(|k| keep(&mut worst, ulps(powers[k], values[k], DOUBLE), (xs[k], ys[k])));
        worst
    });
    let doubles = doubles.collect();
    let (xs, ys) = points(&mut random, 87.0);
    let (xs, ys): (Vec<f32>, Vec<f32>) = xs.iter().zip(ys).map(|(&x, y)| (x as f32, y as f32)).unzip();
    let values: Vec<f64> = xs.iter().zip(&ys).map(|(&x, &y)| f64::from(x).powf(f64::from(y))).collect();
    let singles = Isa::supported().iter().map(|&isa| {
        let (mut worst, mut powers) = ((0.0, (0.0, 0.0)), xs.clone());
        single::pow(isa, &mut powers, &ys);
        for k in (0..count).filter(|&k| values[k].is_finite()) {
            let value = Value { m: Double(values[k], 0.0), e: 0 };
            keep(&mut worst, ulps(f64::from(powers[k]), value, SINGLE), (f64::from(xs[k]), f64::from(ys[k])));
        }
        worst
    });
    [doubles, singles.collect()]
}

#[test]
fn the_references_agree_with_mpmath() {
    for &(name, x, high, low, e) in golden::VALUES {
        let f = FUNCTIONS.iter().find(|f| f.name == name).expect("a function of that name");
        let Value { m, e: of_m } = (f.reference)(x);
        let (m0, m1) = (ldexp(m.0, of_m - e), ldexp(m.1, of_m - e));
        let difference = ((m0 - high) + (m1 - low)).abs();
        assert!(difference < 2.0_f64.powi(-85), "{name}({x:e}): off by {difference:e}");
    }
}

#[test]
fn doubles_are_within_two_ulps() {
    for f in FUNCTIONS {
        for (isa, (error, x)) in Isa::supported().iter().zip(worst_double(f, 5000)) {
            assert!(error <= 2.0, "{}({x:e}) is {error:.2} ulp off, {isa:?}", f.name);
        }
    }
}

/// With fused multiply-add each step rounds once, whatever the width of the vectors.
#[test]
fn sets_with_fma_agree_to_the_bit() {
    let mut random = Random(0xD1B54A32D192ED03);
    for f in FUNCTIONS {
        let xs: Vec<f64> = (0..2003).map(|_| random.within(f.domains[0].0, f.domains[0].1)).collect();
        let with = |isa: &Isa| {
            let mut ys = xs.clone();
            (f.double)(*isa, &mut ys);
            ys
        };
        let results: Vec<_> = Isa::supported().iter().skip(1).map(with).collect();
        assert!(results.windows(2).all(|w| w[0] == w[1]), "{}", f.name);
    }
}

#[test]
fn singles_are_within_two_ulps() {
    for f in FUNCTIONS {
        for (isa, (error, x)) in Isa::supported().iter().zip(worst_single(f, 104_729)) {
            assert!(error <= 2.0, "{}({x:e}) is {error:.2} ulp off, {isa:?}", f.name);
        }
    }
}

#[test]
fn powers_are_within_two_ulps() {
    for worst in worst_pow(10_000) {
        for (isa, (error, (x, y))) in Isa::supported().iter().zip(worst) {
            assert!(error <= 2.0, "{x:e}^{y:e} is {error:.2} ulp off, {isa:?}");
        }
    }
}

#[test]
#[ignore = "the table of docs/math.md: a million points a function for f64, all numbers for f32; half an hour"]
fn table() {
    let step: u32 = std::env::var("STEP").map_or(1, |s| s.parse().expect("a number"));
    let only = std::env::var("ONLY").unwrap_or_default();
    let wanted = |name: &str| only.is_empty() || only.split(',').any(|n| n == name);
    let mut within = true;
    let mut cells = |errors: &[f64]| -> String {
        within &= errors.iter().all(|&e| e <= 2.0);
        errors.iter().map(|e| format!(" {e:.2} |")).collect()
    };
    println!("instruction sets: {:?}, `f64` and `f32`", Isa::supported());
    for f in FUNCTIONS.iter().filter(|f| wanted(f.name)) {
        let worst = [worst_double(f, 1_000_000), worst_single(f, step)].concat();
        println!("| `{}` |{}", f.name, cells(&worst.iter().map(|w| w.0).collect::<Vec<_>>()));
    }
    if wanted("pow") {
        let worst = worst_pow(1_000_000).concat();
        println!("| `pow` |{}", cells(&worst.iter().map(|w| w.0).collect::<Vec<_>>()));
    }
    assert!(within, "an error above 2 ulp");
}
