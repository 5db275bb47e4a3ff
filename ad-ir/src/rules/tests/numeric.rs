//! Every row at a thousand points and more of its domain against methods that know nothing of its formula:
//! extrapolated central differences of the primitive, and the complex step where it is analytic.

use super::super::{Class, Rule, scalar};
use super::eval::call_at;
use super::is_differentiable;
use num_complex::Complex64;

/// Points per row that must be compared.
const POINTS: usize = 1000;

/// A small generator of evenly spread numbers (splitmix64), so that every run tests the same points.
struct Points(u64);

impl Points {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A point of the rule's domain with coordinates that `f32` can represent.
    fn next(&mut self, rule: &Rule) -> Vec<f64> {
        let formals = rule.formals.iter().zip(rule.domain);
        formals
            .map(|(formal, span)| {
                let x = span.lo + (span.hi - span.lo) * self.unit();
                if formal.class == Class::Int { x.round() } else { f64::from(x as f32) }
            })
            .collect()
    }
}

/// The derivative of `f` at `x` by central differences extrapolated to step zero (Ridders), with an estimate of
/// its error.
fn ridders(f: impl Fn(f64) -> f64, x: f64) -> (f64, f64) {
    const SHRINK: f64 = 1.4;
    let mut h = 0.02 * x.abs().max(0.1);
    let mut best = (f64::NAN, f64::INFINITY);
    let mut row: Vec<f64> = Vec::new();
    for _ in 0..10 {
        let mut next = vec![(f(x + h) - f(x - h)) / (2.0 * h)];
        let mut factor = SHRINK * SHRINK;
        for k in 0..row.len() {
            let better = (next[k] * factor - row[k]) / (factor - 1.0);
            let error = (better - next[k]).abs().max((better - row[k]).abs());
            if error <= best.1 {
                best = (better, error);
            }
            next.push(better);
            factor *= SHRINK * SHRINK;
        }
        row = next;
        h /= SHRINK;
    }
    best
}

/// The derivative of a function that is linear near `x`; `None` where there is a corner or jump within the step.
fn slope(f: impl Fn(f64) -> f64, x: f64) -> Option<f64> {
    const H: f64 = 1e-4;
    let (below, at, above) = (f(x - H), f(x), f(x + H));
    let straight = (below - 2.0 * at + above).abs() < 1e-9;
    straight.then(|| (above - below) / (2.0 * H))
}

/// The reference derivative of `f` with respect to coordinate `i`; `None` near a corner.
fn reference(rule: &Rule, at: &[f64], i: usize, f: impl Fn(&[f64]) -> f64) -> Option<f64> {
    let along = |t: f64| {
        let mut moved = at.to_vec();
        moved[i] = t;
        f(&moved)
    };
    if rule.piecewise {
        return slope(along, at[i]);
    }
    let (derivative, error) = ridders(along, at[i]);
    assert!(error <= 1e-7 * (1.0 + derivative.abs()), "`{}` at {at:?}: no reference, error {error:e}", rule.name);
    Some(derivative)
}

fn close(got: f64, want: f64, relative: f64, absolute: f64) -> bool {
    (got - want).abs() <= relative * want.abs() + absolute
}

/// The pairs (result, formal) that a row has formulas for.
fn differentiated(rule: &Rule) -> Vec<(usize, usize)> {
    let all = (0..rule.results()).flat_map(|r| (0..rule.arity()).map(move |i| (r, i)));
    all.filter(|(r, i)| !rule.formula(*r, *i).is_empty()).collect()
}

#[test]
fn partials_agree_with_differences() {
    for rule in scalar::ROWS.iter().filter(|r| is_differentiable(r)) {
        let mut points = Points(1);
        for (r, i) in differentiated(rule) {
            let mut compared = 0;
            for _ in 0..2 * POINTS {
                let at = points.next(rule);
                let primal = |x: &[f64]| call_at::<f64>(rule, x, None).result(r);
                let Some(want) = reference(rule, &at, i, primal) else { continue };
                let double = call_at::<f64>(rule, &at, None).partial(r, i).float();
                let single = f64::from(call_at::<f32>(rule, &at, None).partial(r, i).float());
                let name = rule.name;
                assert!(close(double, want, 1e-9, 1e-9), "`{name}` {i} at {at:?}: f64 {double}, differences {want}");
                assert!(close(single, want, 4e-6, 1e-6), "`{name}` {i} at {at:?}: f32 {single}, differences {want}");
                compared += 1;
            }
            assert!(compared >= POINTS, "`{}`: only {compared} points lay away from corners", rule.name);
        }
    }
}

/// Each partial differentiated once more through the rows of the functions in it.
#[test]
fn second_partials_agree_with_differences() {
    for rule in scalar::ROWS.iter().filter(|r| is_differentiable(r)) {
        let mut points = Points(2);
        for (r, i) in differentiated(rule) {
            for (_, j) in differentiated(rule).into_iter().filter(|(s, _)| *s == r) {
                for _ in 0..POINTS / 4 {
                    let at = points.next(rule);
                    let first = |x: &[f64]| call_at::<f64>(rule, x, None).partial(r, i).float();
                    let Some(want) = reference(rule, &at, j, first) else { continue };
                    let got = call_at::<f64>(rule, &at, Some(j)).partial(r, i).tangent;
                    let name = rule.name;
                    assert!(close(got, want, 1e-7, 1e-7), "`{name}` {i} {j} at {at:?}: {got}, differences {want}");
                }
            }
        }
    }
}

/// The primitive over complex numbers, where an accurate one is to be had: the parts of `num-complex` that lose a
/// small imaginary part (the inverse functions) are left to the differences.
fn complex(name: &str, z: &[Complex64]) -> Option<Complex64> {
    Some(match (name, z) {
        ("+", [a, b]) => a + b,
        ("-", [a, b]) => a - b,
        ("*", [a, b]) => a * b,
        ("/", [a, b]) => a / b,
        ("neg", [x]) => -x,
        ("mul_add", [x, a, b]) => x * a + b,
        ("recip", [x]) => x.inv(),
        ("midpoint", [a, b]) => (a + b) / 2.0,
        ("to_degrees", [x]) => x * 1f64.to_degrees(),
        ("to_radians", [x]) => x * 1f64.to_radians(),
        ("powi", [x, n]) => x.powi(n.re as i32),
        ("powf", [x, p]) => (p * x.ln()).exp(),
        ("sqrt", [x]) => x.sqrt(),
        ("cbrt", [x]) => (x.ln() / 3.0).exp(),
        ("hypot", [a, b]) => (a * a + b * b).sqrt(),
        ("exp", [x]) => x.exp(),
        ("exp2", [x]) => (x * std::f64::consts::LN_2).exp(),
        ("exp_m1", [x]) => x.exp() - 1.0,
        ("ln", [x]) => x.ln(),
        ("ln_1p", [x]) => (x + 1.0).ln(),
        ("log", [x, base]) => x.ln() / base.ln(),
        ("log2", [x]) => x.ln() / std::f64::consts::LN_2,
        ("log10", [x]) => x.ln() / std::f64::consts::LN_10,
        ("sin", [x]) => x.sin(),
        ("cos", [x]) => x.cos(),
        ("tan", [x]) => x.sin() / x.cos(),
        ("sinh", [x]) => x.sinh(),
        ("cosh", [x]) => x.cosh(),
        ("tanh", [x]) => x.sinh() / x.cosh(),
        // Logarithmic forms whose argument does not have modulus 1.
        ("asinh", [x]) if x.re >= 0.0 => (x + (x * x + 1.0).sqrt()).ln(),
        ("acosh", [x]) => (x + (x * x - 1.0).sqrt()).ln(),
        ("atanh", [x]) => ((x + 1.0) / (-x + 1.0)).ln() / 2.0,
        _ => return None,
    })
}

/// `f(x + i h)` has the derivative as its imaginary part over `h`, without a difference that could cancel.
#[test]
fn partials_agree_with_the_complex_step() {
    const H: f64 = 1e-40;
    let mut rows = 0;
    for rule in scalar::ROWS.iter().filter(|r| is_differentiable(r)) {
        let mut points = Points(3);
        for (r, i) in differentiated(rule) {
            let mut compared = 0;
            for _ in 0..2 * POINTS {
                let at = points.next(rule);
                let mut z: Vec<Complex64> = at.iter().map(|x| Complex64::new(*x, 0.0)).collect();
                z[i].im = H;
                let Some(w) = complex(rule.name, &z) else { continue };
                let (got, want) = (call_at::<f64>(rule, &at, None).partial(r, i).float(), w.im / H);
                // The absolute part is for 1 - y * y and y + 1 where y comes close to 1 and -1.
                assert!(close(got, want, 1e-12, 1e-15), "`{}` {i} at {at:?}: {got}, step {want}", rule.name);
                compared += 1;
            }
            rows += usize::from(compared > POINTS / 2);
        }
    }
    assert!(rows >= 40, "only {rows} partials were compared");
}
