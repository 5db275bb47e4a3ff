//! Derivatives that the user gives: `partials(…)`, `vjp = path`, `jvp = path`.

use ad_runtime::{check_grad, differentiate};

/// Not to be looked into: what happens in the body is of no interest.
#[differentiate(partials((-x * x).exp() * 2.0 / std::f64::consts::PI.sqrt()))]
fn erf(x: f64) -> f64 {
    // The series, with syntax that the compiler would refuse.
    let terms: Box<dyn Iterator<Item = f64>> = Box::new((0..60).scan((x, 1.0), |(power, factorial), n| {
        let term = *power / *factorial / f64::from(2 * n + 1);
        *power *= -x * x;
        *factorial *= f64::from(n + 1);
        Some(term)
    }));
    terms.sum::<f64>() * 2.0 / std::f64::consts::PI.sqrt()
}

#[differentiate]
fn normal(x: f64, sigma: f64) -> f64 {
    0.5 * (1.0 + erf(x / (sigma * 2.0f64.sqrt())))
}

#[test]
fn partials_of_one_number() {
    assert!((erf::value_and_grad(0.5).0 - 0.520_499_877_813_046_5).abs() < 1e-15);
    check_grad!(erf, 0.7);
    check_grad!(normal, 0.3, 1.7);
}

/// The result is `y`; integers and marked parameters have no partial.
#[differentiate(partials(f64::from(n) * y / x, y.ln() * scale))]
fn power(x: f64, n: i32, p: f64, #[constant] scale: f64) -> f64 {
    x.powi(n) * (p * scale).exp() / (p * scale).exp() * x.powf(0.0 * p)
}

#[test]
fn the_result_and_constants_in_partials() {
    let (y, (x_bar, _)) = power::value_and_grad(2.0, 3, 0.0, 1.0);
    assert_eq!((y, x_bar), (8.0, 12.0));
    let (_, dot) = power::jvp((2.0, 3, 0.0, 1.0), (1.0, 0.0));
    assert_eq!(dot, 12.0);
}

/// Its partial is infinite at 0.
#[differentiate(partials(0.5 / y))]
fn root(x: f64) -> f64 {
    x.sqrt()
}

#[differentiate]
fn guarded(x: f64) -> f64 {
    let r = root(x);
    if x > 0.0 { r } else { 3.0 * x }
}

#[test]
fn an_infinite_partial_of_what_is_not_used() {
    assert_eq!(guarded::grad(0.0), 3.0);
    assert_eq!(guarded::jvp(0.0, 1.0).1, 3.0);
    assert_eq!(root::grad(0.0), f64::INFINITY);
}

#[differentiate(partials(2.0 * x))]
fn square(x: f32) -> f32 {
    x * x
}

#[differentiate]
fn loop_of_squares(x: f32, n: usize) -> f32 {
    let mut s = x;
    for _ in 0..n {
        s = square(s) + x;
    }
    s
}

#[test]
fn f32_and_loops() {
    assert_eq!(square::grad(1.5), 3.0);
    check_grad!(loop_of_squares, 0.3, 3; step = 1e-2, tolerance = 1e-2);
}

mod given {
    /// The weighted norm, with a pullback that borrows.
    pub(super) fn norm_vjp<'a>(x: &'a [f64], w: &'a [f64]) -> (f64, impl Fn(f64) -> (Vec<f64>, Vec<f64>) + use<'a>) {
        let y = super::norm(x, w);
        (y, move |seed| {
            (
                x.iter().zip(w).map(|(x, w)| seed * w * x / y).collect(),
                x.iter().map(|x| seed * 0.5 * x * x / y).collect(),
            )
        })
    }

    pub(super) fn norm_jvp((x, w): (&[f64], &[f64]), (x_dot, w_dot): (&[f64], &[f64])) -> (f64, f64) {
        let y = super::norm(x, w);
        let sum = |i: usize| w[i] * x[i] * x_dot[i] + 0.5 * x[i] * x[i] * w_dot[i];
        (y, (0..x.len()).map(sum).sum::<f64>() / y)
    }
}

#[differentiate(vjp = given::norm_vjp, jvp = given::norm_jvp)]
fn norm(x: &[f64], w: &[f64]) -> f64 {
    x.iter().zip(w).map(|(x, w)| w * x * x).sum::<f64>().sqrt()
}

#[differentiate(vjp = given::norm_vjp)]
fn norm_without_jvp(x: &[f64], w: &[f64]) -> f64 {
    norm(x, w)
}

#[differentiate]
fn uses_norm(x: &[f64], a: f64) -> f64 {
    let mut u = x.to_vec();
    let mut total = 0.0;
    for k in 0..3 {
        let w = vec![a; u.len()];
        total += norm(&u, &w) * norm_without_jvp(&[a, 2.0], &[1.0, 1.5]);
        u[0] = u[0] * a + f64::from(k);
    }
    total
}

#[test]
fn functions_of_slices() {
    check_grad!(norm, &[1.0, -2.0, 0.5], &[0.5, 2.0, 1.0]);
    check_grad!(norm_without_jvp, &[1.0, -2.0, 0.5], &[0.5, 2.0, 1.0]);
    check_grad!(uses_norm, &[1.0, -2.0, 0.5], 1.3);
    let (y, (x_bar, _)) = norm::value_and_grad(&[3.0, 4.0], &[1.0, 1.0]);
    assert_eq!((y, x_bar), (5.0, vec![0.6, 0.8]));
}

/// By value, with a slice as result and a mutable argument: the shapes of `f::vjp` and `f::jvp`.
#[differentiate(vjp = shift_vjp, jvp = shift_jvp)]
fn shift(x: Vec<f64>, by: f64, seen: &mut [f64]) -> Vec<f64> {
    seen[0] += by;
    x.iter().map(|v| v + by).collect()
}

#[allow(clippy::type_complexity)]
fn shift_vjp(
    x: Vec<f64>,
    by: f64,
    seen: &mut [f64],
) -> (Vec<f64>, impl Fn((&[f64], &[f64])) -> (Vec<f64>, f64, Vec<f64>) + use<>) {
    (shift(x, by, seen), |(y_bar, seen_bar)| {
        (y_bar.to_vec(), y_bar.iter().sum::<f64>() + seen_bar[0], seen_bar.to_vec())
    })
}

fn shift_jvp(
    (x, by, seen): (Vec<f64>, f64, &mut [f64]),
    (x_dot, by_dot, seen_dot): (Vec<f64>, f64, &mut [f64]),
) -> (Vec<f64>, Vec<f64>) {
    seen_dot[0] += by_dot;
    (shift(x, by, seen), x_dot.iter().map(|v| v + by_dot).collect())
}

#[differentiate]
fn uses_shift(x: &[f64], by: f64) -> f64 {
    let mut seen = [by * by, 1.0];
    let y = shift(x.to_vec(), by, &mut seen);
    let z = shift(y, 2.0, &mut seen);
    z[0] * z[1] * seen[0]
}

#[test]
fn vectors_and_buffers() {
    check_grad!(shift, vec![1.0, 2.0], 0.5, &mut [0.1, 0.2]);
    check_grad!(uses_shift, &[1.0, 2.0], 0.5);
}

#[differentiate(partials(x[0]))]
fn scaled(a: f64, #[constant] x: &[f64]) -> f64 {
    a * x[0]
}

#[test]
fn constants_of_any_type() {
    assert_eq!(scaled::grad(2.0, &[3.0]), 3.0);
}

#[test]
fn explained() {
    assert!(erf::EXPLAIN.contains("partials are given"), "{}", erf::EXPLAIN);
    assert!(norm::EXPLAIN.contains("`given::norm_vjp`"), "{}", norm::EXPLAIN);
}

mod foreign {
    pub(super) fn cube(x: f64) -> f64 {
        x * x * x
    }
}

/// Its body names it, and is not looked at.
#[differentiate(partials(3.0 * x * x))]
fn cube(x: f64) -> f64 {
    foreign::cube(x)
}

#[differentiate(partials(n as f64 * raised(x, n - 1)))]
fn raised(x: f64, n: u32) -> f64 {
    if n == 0 { 1.0 } else { x * raised(x, n - 1) }
}

#[differentiate(recursive, vjp = doubled_vjp)]
fn doubled(x: f64) -> f64 {
    2.0 * x
}

fn doubled_vjp(x: f64) -> (f64, impl Fn(f64) -> f64) {
    (2.0 * x, |y_bar| 2.0 * y_bar)
}

#[differentiate]
fn calls_them(x: f64) -> f64 {
    cube(x) * raised(x, 4) + doubled(x)
}

#[test]
fn rules_of_functions_that_name_themselves() {
    assert_eq!(cube::value_and_grad(2.0), (8.0, 12.0));
    assert_eq!(raised::value_and_grad(2.0, 5), (32.0, 80.0));
    assert_eq!(doubled::value_and_grad(2.0), (4.0, 2.0));
    assert_eq!(calls_them::value_and_grad(2.0), (132.0, 450.0));
    check_grad!(cube, 1.3);
    check_grad!(raised, 1.3, 3);
    check_grad!(calls_them, 1.3);
}
