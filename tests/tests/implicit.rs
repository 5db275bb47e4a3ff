//! `implicit = residual`: derivatives of solutions without a look at the solver.

use ad_runtime::{Const, Differentiable, check_grad, differentiate};

#[differentiate]
fn square_minus(y: f64, a: f64) -> f64 {
    y * y - a
}

/// Newton's method, with syntax that the compiler would refuse.
#[differentiate(implicit = square_minus)]
fn root(a: f64) -> f64 {
    std::iter::successors(Some(1.0f64), |y| Some(0.5 * (y + a / y))).take(60).last().unwrap_or(f64::NAN)
}

#[test]
fn square_root() {
    let (y, bar) = root::value_and_grad(2.0);
    assert_eq!(y, root(2.0));
    assert!((bar - 0.5 / 2f64.sqrt()).abs() < 1e-15);
    assert!((root::jvp(2.0, 3.0).1 - 1.5 / 2f64.sqrt()).abs() < 1e-15);
    let mut a_bar = 10.0;
    root::adjoint(4.0, &mut a_bar, 2.0);
    assert!((a_bar - 10.5).abs() < 1e-14);
    check_grad!(root, 2.0);
    assert!(root::EXPLAIN.contains("`square_minus`"), "{}", root::EXPLAIN);
}

mod orbits {
    use ad_runtime::differentiate;

    pub(super) mod equations {
        use ad_runtime::differentiate;

        #[differentiate]
        pub(in super::super) fn kepler(anomaly: f64, mean: f64, eccentricity: f64, _start: f64, _steps: usize) -> f64 {
            anomaly - eccentricity * anomaly.sin() - mean
        }
    }

    /// The eccentric anomaly. Where the iteration begins has no influence.
    #[differentiate(implicit = equations::kepler)]
    pub(super) fn anomaly(mean: f64, eccentricity: f64, #[constant] start: f64, steps: usize) -> f64 {
        let mut e = start;
        for _ in 0..steps {
            e -= equations::kepler(e, mean, eccentricity, start, steps) / (1.0 - eccentricity * e.cos());
        }
        e
    }
}
use orbits::anomaly;

#[test]
fn kepler() {
    let (mean, ecc) = (0.8, 0.3);
    let (e, (by_mean, by_ecc)) = anomaly::value_and_grad(mean, ecc, 1.0, 50);
    assert!((by_mean - 1.0 / (1.0 - ecc * e.cos())).abs() < 1e-14);
    assert!((by_ecc - e.sin() / (1.0 - ecc * e.cos())).abs() < 1e-14);
    check_grad!(anomaly, mean, ecc, 1.0, 50);
}

/// Calls in loops and branches, of values that change afterwards.
#[differentiate]
fn path(m: f64, ecc: f64, n: usize) -> f64 {
    let mut mean = m;
    let mut total = 0.0;
    for k in 0..n {
        let e = anomaly(mean, ecc, 1.0, 50);
        if e > 1.0 {
            total += e.sin() * mean;
        } else {
            total -= root(e + 2.0) * ecc;
        }
        mean = mean * 1.5 + 0.1 * e * k as f64;
    }
    total * root(total * total + 1.0)
}

#[test]
fn in_loops_and_branches() {
    check_grad!(path, 0.3, 0.4, 4);
}

#[differentiate]
fn cosine(y: f32, a: f32) -> f32 {
    y - (a * y).cos()
}

/// A fixed point of `f32`s.
#[differentiate(implicit = cosine)]
fn fixed_point(a: f32) -> f32 {
    (0..200).fold(0.5, |y: f32, _| (a * y).cos())
}

#[test]
fn fixed_point_of_f32() {
    let (y, bar) = fixed_point::value_and_grad(0.7);
    let sine = (0.7 * y).sin();
    assert!((bar - -y * sine / (1.0 + 0.7 * sine)).abs() < 1e-6);
    check_grad!(fixed_point, 0.7; step = 1e-2, tolerance = 1e-2);
}

#[differentiate]
fn cosines(y: &[f32], a: f32) -> [f32; 2] {
    [y[0] - (a * y[1]).cos(), y[1] - (a * y[0]).sin()]
}

#[differentiate(implicit = cosines)]
fn fixed_points(a: f32) -> Vec<f32> {
    let y = (0..200).fold([0.5f32; 2], |[x, y], _| [(a * y).cos(), (a * x).sin()]);
    y.to_vec()
}

#[test]
fn fixed_points_of_f32() {
    check_grad!(fixed_points, 0.7; step = 1e-2, tolerance = 1e-2);
}

/// Where a circle and a hyperbola meet: an array.
#[differentiate]
fn curves(y: &[f64; 2], p: (f64, f64), scale: &[f64]) -> [f64; 2] {
    [scale[0] * (y[0] * y[0] + y[1] * y[1] - p.0), scale[1] * (y[0] * y[1] - p.1)]
}

#[differentiate(implicit = curves)]
fn crossing(p: (f64, f64), scale: &[f64]) -> [f64; 2] {
    let mut y = [2.0, 0.1];
    for _ in 0..50 {
        let ([r, s], [[a, b], [c, d]]) = (curves(&y, p, scale), [[2.0 * y[0], 2.0 * y[1]], [y[1], y[0]]]);
        let (r, s, det) = (r / scale[0], s / scale[1], a * d - b * c);
        y = [y[0] - (d * r - b * s) / det, y[1] - (a * s - c * r) / det];
    }
    y
}

#[test]
fn an_array() {
    let y = crossing((5.0, 2.0), &[1.0, 3.0]);
    assert!((y[0] - 2.0).abs() + (y[1] - 1.0).abs() < 1e-12, "{y:?}");
    // 2 (y0 dy0 + y1 dy1) = dp0 and y1 dy0 + y0 dy1 = dp1.
    let (_, pullback) = crossing::vjp((5.0, 2.0), &[1.0, 3.0]);
    let ((p0, p1), scale_bar) = pullback([1.0, 0.0]);
    assert!((p0 - 1.0 / 3.0).abs() < 1e-12 && (p1 + 1.0 / 3.0).abs() < 1e-12, "{p0} {p1}");
    assert!(scale_bar.iter().all(|s| s.abs() < 1e-12), "{scale_bar:?}");
    assert_eq!(pullback([0.0, 0.0]), ((0.0, 0.0), vec![0.0, 0.0]));
    check_grad!(crossing, (5.0, 2.0), &[1.0, 3.0]);
    check_grad!(crossing, (7.0, 2.5), &[1e6, 1e-6]);
}

/// A reaction between neighbours in balance: a Vec, which the residual takes as a slice.
#[differentiate]
fn balance(u: &[f64], rate: f64, source: &[f64], weights: Vec<f64>) -> Vec<f64> {
    let n = u.len();
    (0..n)
        .map(|i| {
            let left = if i > 0 { u[i - 1] } else { 0.0 };
            let right = if i + 1 < n { u[i + 1] } else { 0.0 };
            weights[i] * (2.0 * u[i] - left - right) + rate * u[i].powi(3) - source[i]
        })
        .collect()
}

#[differentiate(implicit = balance)]
fn steady(rate: f64, source: &[f64], weights: Vec<f64>) -> Vec<f64> {
    let mut u = vec![0.0; source.len()];
    for _ in 0..2000 {
        let r = balance(&u, rate, source, weights.clone());
        let step = u.iter().zip(&weights).map(|(u, w)| 1.0 / (4.0 * w + 3.0 * rate * u * u)).collect::<Vec<_>>();
        u.iter_mut().zip(r.iter().zip(step)).for_each(|(u, (r, s))| *u -= s * r);
    }
    u
}

#[differentiate]
fn loss(rate: f64, source: &[f64], target: &[f64]) -> f64 {
    let mut w = vec![1.0; source.len()];
    let mut total = 0.0;
    for k in 0..3 {
        w[1] = 1.0 + rate * k as f64;
        let u = steady(rate + total, source, w.clone());
        for (u, t) in u.iter().zip(target) {
            total += (u - t) * (u - t);
        }
    }
    total
}

#[test]
fn a_vec_inside_a_loss() {
    let (source, target) = ([1.0, -0.5, 2.0, 0.3], [0.5, 0.5, 0.5, 0.5]);
    check_grad!(steady, 0.7, &source, vec![1.0, 1.5, 0.8, 1.2]);
    check_grad!(loss, 0.7, &source, &target);
    // Both modes of the Jacobian.
    let fwd = steady::jacobian_fwd(0.7, &source, vec![1.0; 4]);
    let rev = steady::jacobian_rev(0.7, &source, vec![1.0; 4]);
    assert!((&fwd.1 - &rev.1).iter().chain((&fwd.2 - &rev.2).iter()).all(|d| d.abs() < 1e-12));
}

/// The weights of a ridge regression: the residual is a gradient.
#[differentiate(order = 2)]
fn ridge(w: &[f64], penalty: f64, x: &[f64], t: &[f64]) -> f64 {
    let mut total = 0.0;
    for i in 0..t.len() {
        let (a, b) = (x[2 * i], x[2 * i + 1]);
        let e = w[0] * a + w[1] * b - t[i];
        total += e * e + 0.1 * e.powi(4);
    }
    total + penalty * (w[0] * w[0] + w[1] * w[1])
}

#[differentiate]
fn stationary(w: &[f64], penalty: f64, x: &[f64], #[constant] t: &[f64]) -> Vec<f64> {
    ridge::grad(w, penalty, x, t).0
}

#[differentiate(implicit = stationary)]
fn fitted(penalty: f64, x: &[f64], #[constant] t: &[f64]) -> Vec<f64> {
    let mut w = vec![0.0, 0.0];
    for _ in 0..20_000 {
        let g = ridge::grad(&w, penalty, x, t).0;
        w.iter_mut().zip(g).for_each(|(w, g)| *w -= 0.01 * g);
    }
    w
}

#[differentiate]
fn validation(penalty: f64, x: &[f64], #[constant] t: &[f64]) -> f64 {
    let w = fitted(penalty, x, t);
    let e = 0.3 * w[0] - 0.9 * w[1] + 0.2;
    e * e
}

#[test]
fn an_inner_optimisation() {
    let (x, t) = ([1.0, 0.2, -0.5, 1.1, 0.4, -0.7], [0.5, -0.3, 0.8]);
    check_grad!(fitted, 0.3, &x, &t);
    check_grad!(validation, 0.3, &x, &t);
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Spring {
    stiffness: f64,
    #[constant]
    length: f64,
}

#[differentiate]
fn forces<const N: usize>(x: &[f64; N], springs: &[Spring], load: [f64; N]) -> [f64; N] {
    let mut f = [0.0; N];
    for i in 0..N {
        let s = &springs[i];
        f[i] = s.stiffness * (x[i] - s.length) + 0.2 * x[i].powi(3) - load[i];
    }
    f[0] -= 0.3 * x[N - 1];
    f
}

/// Structs and const generics.
#[differentiate(implicit = forces)]
fn rest<const N: usize>(springs: &[Spring], load: [f64; N]) -> [f64; N] {
    let mut x = [1.0; N];
    for _ in 0..3000 {
        let f = forces(&x, springs, load);
        x.iter_mut().zip(f).for_each(|(x, f)| *x -= 0.1 * f);
    }
    x
}

#[differentiate]
fn energy(springs: &[Spring], load: f64) -> f64 {
    let x = rest(springs, [load, load * load, 1.0]);
    x[0] * x[1] + x[2]
}

#[test]
fn structs_and_const_generics() {
    let spring = |stiffness: f64, length: f64| Spring { stiffness, length };
    let springs = [spring(1.0, 0.5), spring(2.0, 1.0), spring(1.5, 0.8)];
    let (y, pullback) = rest::vjp(&springs, [0.1, 0.2, 0.3]);
    let (springs_bar, load_bar) = pullback([0.0, 1.0, 0.0]);
    let slope = 2.0 + 0.6 * y[1] * y[1];
    assert!((load_bar[1] - 1.0 / slope).abs() < 1e-12 && load_bar[0] == 0.0);
    assert!((springs_bar[1].stiffness + (y[1] - 1.0) / slope).abs() < 1e-12);
    assert_eq!(springs_bar[1].length, 1.0);
    check_grad!(energy, &springs, 0.7);
}

/// No argument has a derivative.
#[differentiate]
fn golden_equation(y: f64, _n: usize) -> f64 {
    y * y - y - 1.0
}

#[differentiate(implicit = golden_equation)]
fn golden(n: usize) -> f64 {
    (0..n).fold(1.0, |y, _| 1.0 + 1.0 / y)
}

#[differentiate]
fn times_golden(x: f64, n: usize) -> f64 {
    x * golden(n)
}

#[test]
fn no_active_argument() {
    assert_eq!(times_golden::grad(3.0, 50), golden(50));
    assert_eq!(times_golden::jvp((3.0, 50), 2.0).1, 2.0 * golden(50));
    assert_eq!(golden::adjoint(50, Const, 1.0), golden(50));
}

#[differentiate]
fn uses_root(x: f64) -> f64 {
    let r = root(x);
    if x > 0.0 { r } else { 3.0 * x }
}

#[test]
fn what_is_not_used_needs_no_derivative() {
    assert_eq!(uses_root::grad(0.0), 3.0);
    assert_eq!(uses_root::jvp(0.0, 1.0).1, 3.0);
}

/// The line `a (y0 - y1) = 0` has no unique solution.
#[differentiate]
fn line(y: &[f64], a: f64) -> Vec<f64> {
    vec![a * (y[0] - y[1]), 2.0 * a * (y[0] - y[1])]
}

#[differentiate(implicit = line)]
fn on_the_line(a: f64) -> Vec<f64> {
    vec![a, a]
}

#[test]
#[should_panic(expected = "on_the_line: the derivative of the residual by the result is singular")]
fn a_singular_matrix_in_reverse_mode() {
    let (y, pullback) = on_the_line::vjp(2.0);
    assert_eq!((y, pullback(&[0.0, 0.0])), (vec![2.0, 2.0], 0.0));
    pullback(&[1.0, 0.0]);
}

/// The same, of a residual with a derivative by its argument.
#[differentiate]
fn shifted(y: &[f64], a: f64) -> [f64; 2] {
    [y[0] - y[1] - a, 2.0 * (y[0] - y[1] - a)]
}

#[differentiate(implicit = shifted)]
fn on_the_shifted_line(a: f64) -> Vec<f64> {
    vec![a, 0.0]
}

#[test]
#[should_panic(expected = "on_the_shifted_line: the derivative of the residual by the result is singular")]
fn a_singular_matrix_in_forward_mode() {
    on_the_shifted_line::jvp(2.0, 1.0);
}

#[test]
#[should_panic(expected = "touching: the derivative of the residual by the result is singular")]
fn a_zero_slope() {
    #[differentiate]
    fn touch(y: f64, a: f64) -> f64 {
        (y - 1.0) * (y - 1.0) - a
    }
    #[differentiate(implicit = touch)]
    fn touching(a: f64) -> f64 {
        1.0 + a.sqrt()
    }
    assert_eq!(touching::grad(4.0), 0.25);
    touching::grad(0.0);
}

/// A solver that gives up.
#[differentiate(implicit = square_minus)]
fn lazy_root(a: f64) -> f64 {
    0.5 * (1.0 + a)
}

#[test]
#[should_panic(expected = "lazy_root: the result does not solve its residual")]
fn no_solution_in_reverse_mode() {
    lazy_root::grad(4.0);
}

#[test]
#[should_panic(expected = "lazy_root: the result does not solve its residual")]
fn no_solution_in_forward_mode() {
    lazy_root::jvp(4.0, 1.0);
}

#[differentiate(implicit = balance)]
fn lazy_steady(rate: f64, source: &[f64], weights: Vec<f64>) -> Vec<f64> {
    source.iter().zip(weights).map(|(s, w)| rate * s * w).collect()
}

#[test]
#[should_panic(expected = "lazy_steady: the result does not solve its residual: Newton's method would change it by")]
fn no_solution_of_a_system() {
    lazy_steady::vjp(0.7, &[1.0, -0.5], vec![1.0, 1.0]).1(&[1.0, 0.0]);
}

#[test]
fn a_result_that_is_not_finite_has_no_finite_derivative() {
    assert!(root(f64::NAN).is_nan());
    assert!(root::grad(f64::NAN).is_nan() && root::jvp(f64::NAN, 1.0).1.is_nan());
    let (y, pullback) = steady::vjp(0.7, &[f64::NAN, 1.0], vec![1.0, 1.0]);
    assert!(y[0].is_nan() && pullback(&[0.0, 1.0]).0.is_nan());
}

#[test]
#[should_panic(expected = "infinite_slope: the residual or its derivative by the result is infinite or NaN")]
fn an_infinite_slope() {
    #[differentiate]
    fn sqrt_of(y: f64, a: f64) -> f64 {
        y.sqrt() - a
    }
    #[differentiate(implicit = sqrt_of)]
    fn infinite_slope(a: f64) -> f64 {
        a * a
    }
    assert_eq!(infinite_slope::grad(3.0), 6.0);
    infinite_slope::grad(0.0);
}

#[differentiate]
fn too_short(y: &[f64], a: f64) -> Vec<f64> {
    vec![y[0] - a]
}

#[differentiate(implicit = too_short)]
fn longer(a: f64) -> Vec<f64> {
    vec![a, a]
}

#[test]
#[should_panic(expected = "longer: the residual has 1 elements, and the result has 2")]
fn a_residual_of_another_length() {
    longer::jvp(1.0, 1.0);
}

/// A rule of its own needs no other on the way back, also where the body calls the function itself.
#[differentiate(partials(f64::from(n) * power(x, n - 1)))]
fn power(x: f64, n: u32) -> f64 {
    if n == 0 { 1.0 } else { x * power(x, n - 1) }
}

#[test]
fn a_recursive_function_with_a_rule() {
    assert_eq!(power::value_and_grad(2.0, 3), (8.0, 12.0));
    check_grad!(power, 1.3, 4);
}
