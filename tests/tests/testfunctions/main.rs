//! Our gradients and Hessians against those that the authors of the crate `argmin_testfunctions` derived by hand: its 23
//! functions, each at 1,000 random points of its usual domain.
//!
//! Three of theirs are wrong; their other derivatives say so:
//! - `rosenbrock_ab_hessian` is right for `a = 1` only: it has `2 a` on the diagonal where `2` belongs.
//! - `picheny_hessian` expands its polynomials, whose terms cancel; nine digits are left at the worst point.
//! - `schaffer_n4_derivative` is NaN on the diagonal, where the function is smooth.

mod functions;

use argmin_testfunctions as theirs;
use functions as ours;
use std::ops::Range;

/// Largest relative deviation in the largest entry. Their formulas lose up to four digits to cancellation (worst: the Hessian
/// of `bukin_n6` near its ridge).
const TOLERANCE: f64 = 1e-11;

/// Value, gradient and Hessian, row-major.
struct Facts {
    value: f64,
    gradient: Vec<f64>,
    hessian: Vec<f64>,
}

/// `pair!(f, derivative, hessian, domain)`: a test of a function of `&[f64; 2]`.
macro_rules! pair {
    ($f:ident, $derivative:ident, $hessian:ident, $domain:expr) => {
        #[test]
        fn $f() {
            for (x, _) in points(stringify!($f), 2, $domain, &[]) {
                let x = &[x[0], x[1]];
                let hessian = ours::$f::hessian(x).into_iter().collect();
                let ours = Facts { value: ours::$f(x), gradient: ours::$f::grad(x).to_vec(), hessian };
                let hessian = theirs::$hessian(x).concat();
                agree(x, &ours, &Facts { value: theirs::$f(x), gradient: theirs::$derivative(x).to_vec(), hessian });
            }
        }
    };
}

/// `slice!(f(parameters), f, derivative, hessian, domain)`: a test of a function of `&[f64]` and constant parameters, each from a range.
macro_rules! slice {
    ($f:ident($($p:ident in $range:expr),*), $value:ident, $derivative:ident, $hessian:ident, $domain:expr) => {
        #[test]
        fn $f() {
            for (x, p) in points(stringify!($f), 5, $domain, &[$($range),*]) {
                let (x, &[$($p),*]) = (&x[..], &p[..]) else { unreachable!() };
                let hessian = ours::$f::hessian(x, $($p),*).into_iter().collect();
                let ours = Facts { value: ours::$f(x, $($p),*), gradient: ours::$f::grad(x, $($p),*), hessian };
                let hessian = theirs::$hessian(x, $($p),*).concat();
                agree(x, &ours, &Facts { value: theirs::$value(x, $($p),*), gradient: theirs::$derivative(x, $($p),*), hessian });
            }
        }
    };
}

slice!(ackley(a in 10.0..30.0, b in 0.1..0.3, c in 1.0..7.0), ackley_abc, ackley_abc_derivative, ackley_abc_hessian, -32.0..32.0);
pair!(beale, beale_derivative, beale_hessian, -4.5..4.5);
pair!(booth, booth_derivative, booth_hessian, -10.0..10.0);
pair!(bukin_n6, bukin_n6_derivative, bukin_n6_hessian, -15.0..5.0);
pair!(cross_in_tray, cross_in_tray_derivative, cross_in_tray_hessian, -10.0..10.0);
pair!(easom, easom_derivative, easom_hessian, -10.0..10.0);
pair!(eggholder, eggholder_derivative, eggholder_hessian, -512.0..512.0);
pair!(goldsteinprice, goldsteinprice_derivative, goldsteinprice_hessian, -2.0..2.0);
pair!(himmelblau, himmelblau_derivative, himmelblau_hessian, -5.0..5.0);
pair!(holder_table, holder_table_derivative, holder_table_hessian, -10.0..10.0);
slice!(levy(), levy, levy_derivative, levy_hessian, -10.0..10.0);
pair!(levy_n13, levy_n13_derivative, levy_n13_hessian, -10.0..10.0);
pair!(matyas, matyas_derivative, matyas_hessian, -10.0..10.0);
pair!(mccormick, mccormick_derivative, mccormick_hessian, -4.0..4.0);
slice!(rastrigin(a in 5.0..15.0), rastrigin_a, rastrigin_a_derivative, rastrigin_a_hessian, -5.12..5.12);
slice!(rosenbrock(a in 1.0..1.0, b in 50.0..150.0), rosenbrock_ab, rosenbrock_ab_derivative, rosenbrock_ab_hessian, -5.0..10.0);
pair!(schaffer_n2, schaffer_n2_derivative, schaffer_n2_hessian, -100.0..100.0);
pair!(schaffer_n4, schaffer_n4_derivative, schaffer_n4_hessian, -100.0..100.0);
slice!(sphere(), sphere, sphere_derivative, sphere_hessian, -5.0..5.0);
slice!(styblinski_tang(), styblinski_tang, styblinski_tang_derivative, styblinski_tang_hessian, -5.0..5.0);
pair!(threehumpcamel, threehumpcamel_derivative, threehumpcamel_hessian, -5.0..5.0);
slice!(zero(), zero, zero_derivative, zero_hessian, -5.0..5.0);

/// Gradients agree; of the Hessians `2 (a - 1)` on the diagonal is between us, and differences of their gradient say that it is theirs.
#[test]
fn rosenbrock_with_other_a() {
    for (x, p) in points("rosenbrock_ab", 5, -5.0..10.0, &[2.0..4.0, 50.0..150.0]) {
        let (a, b) = (p[0], p[1]);
        let hessian: Vec<f64> = ours::rosenbrock::hessian(&x, a, b).into_iter().collect();
        close(&x, &ours::rosenbrock::grad(&x, a, b), &theirs::rosenbrock_ab_derivative(&x, a, b), TOLERANCE);
        let mut wrong = hessian.clone();
        for i in 0..4 {
            wrong[6 * i] += 2.0 * (a - 1.0);
        }
        close(&x, &wrong, &theirs::rosenbrock_ab_hessian(&x, a, b).concat(), TOLERANCE);
        // The gradient is cubic, so these differences are exact but for rounding.
        let measured = differences(&x, 1e-2, |x| theirs::rosenbrock_ab_derivative(x, a, b));
        close(&x, &hessian, &measured, TOLERANCE);
    }
}

/// The function is `(log10 g(4 x - 2) - 8.693) / 2.427`, with `goldsteinprice` for `g`. The chain rule makes the Hessian of their
/// derivatives of `g`, and it agrees with ours everywhere; the one they expanded does not.
#[test]
fn picheny() {
    let mut worst = 0.0_f64;
    for (x, _) in points("picheny", 2, 0.0..1.0, &[]) {
        let x = &[x[0], x[1]];
        close(x, &[ours::picheny(x)], &[theirs::picheny(x)], TOLERANCE);
        close(x, &ours::picheny::grad(x), &theirs::picheny_derivative(x), TOLERANCE);

        let at = &x.map(|x| 4.0 * x - 2.0);
        let (g, d, dd) =
            (theirs::goldsteinprice(at), theirs::goldsteinprice_derivative(at), theirs::goldsteinprice_hessian(at));
        let scale = 16.0 / (2.427 * 10f64.ln());
        let chained = [(0, 0), (0, 1), (1, 0), (1, 1)].map(|(i, j)| scale * (dd[i][j] / g - d[i] * d[j] / (g * g)));
        let hessian: Vec<f64> = ours::picheny::hessian(x).into_iter().collect();
        close(x, &hessian, &chained, TOLERANCE);
        worst = worst.max(distance(&theirs::picheny_hessian(x).concat(), &chained));
    }
    assert!((1e-10..1e-8).contains(&worst), "their Hessian is off by {worst:e}");
}

/// Single points, where theirs is zero or NaN by intention or accident.
#[test]
fn single_points() {
    // No derivative: an infinite slope times the zero of a corner. They return zero.
    for x in [[-5.0, 0.25], [-10.0, 1.0]] {
        assert!(ours::bukin_n6::grad(&x).iter().all(|g| g.is_nan()));
        assert_eq!(theirs::bukin_n6_derivative(&x), [0.0, 0.0]);
    }
    // Beside such a point they return zero still; the slope along y is 50 / sqrt(y - x^2 / 100).
    let (x, y) = (-5.0_f64, 0.25 + 1e-12);
    close(&[x, y], &ours::bukin_n6::grad(&[x, y])[1..], &[50.0 / (y - 0.01 * x * x).sqrt()], TOLERANCE);
    assert_eq!(theirs::bukin_n6_derivative(&[x, y]), [0.0, 0.0]);

    // Corners of `abs` have the derivative zero on both sides (docs/kinks.md).
    for x in [[0.0, 1.0], [0.0, 0.0]] {
        close(&x, &ours::cross_in_tray::grad(&x), &theirs::cross_in_tray_derivative(&x), TOLERANCE);
        close(&x, &ours::holder_table::grad(&x), &theirs::holder_table_derivative(&x), TOLERANCE);
    }

    // Smooth in spite of its `abs`. On the diagonal they divide zero by zero; what is left there is the derivative of the denominator.
    assert!(theirs::schaffer_n4_derivative(&[1.0_f64, 1.0]).iter().all(|g| g.is_nan()));
    close(&[1.0, 1.0], &ours::schaffer_n4::grad(&[1.0, 1.0]), &[-0.002 / 1.002_f64.powi(3); 2], TOLERANCE);
}

/// The Jacobian of `f` by central differences of the eighth order, row-major.
fn differences(x: &[f64], h: f64, f: impl Fn(&[f64]) -> Vec<f64>) -> Vec<f64> {
    let n = x.len();
    let mut jacobian = vec![0.0; n * n];
    for j in 0..n {
        for (k, weight) in [(1.0, 4.0 / 5.0), (2.0, -1.0 / 5.0), (3.0, 4.0 / 105.0), (4.0, -1.0 / 280.0)] {
            for side in [1.0, -1.0] {
                let mut x = x.to_vec();
                x[j] += side * k * h;
                f(&x).iter().enumerate().for_each(|(i, y)| jacobian[i * n + j] += side * weight * y / h);
            }
        }
    }
    jacobian
}

/// A thousand points with parameters, the same in each run.
fn points(name: &str, n: usize, domain: Range<f64>, parameters: &[Range<f64>]) -> Vec<(Vec<f64>, Vec<f64>)> {
    let mut state = name.bytes().fold(0, |s: u64, b| s.wrapping_mul(31).wrapping_add(u64::from(b)));
    let mut uniform = |range: &Range<f64>| {
        // splitmix64
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        range.start + (range.end - range.start) * ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    };
    let mut point = || ((0..n).map(|_| uniform(&domain)).collect(), parameters.iter().map(&mut uniform).collect());
    (0..1000).map(|_| point()).collect()
}

fn agree(x: &[f64], ours: &Facts, theirs: &Facts) {
    close(x, &[ours.value], &[theirs.value], TOLERANCE);
    close(x, &ours.gradient, &theirs.gradient, TOLERANCE);
    close(x, &ours.hessian, &theirs.hessian, TOLERANCE);
}

#[track_caller]
fn close(x: &[f64], a: &[f64], b: &[f64], tolerance: f64) {
    let d = distance(a, b);
    assert!(d <= tolerance, "at {x:?}: {a:?} and {b:?} differ by {d:e} of the largest entry");
}

/// The largest difference, relative to the largest entry; NaN if there is one.
fn distance(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    let scale = a.iter().chain(b).fold(f64::MIN_POSITIVE, |m, x| m.max(x.abs()));
    a.iter().zip(b).map(|(a, b)| (a - b).abs() / scale).fold(0.0, |m, d| if d > m || d.is_nan() { d } else { m })
}
