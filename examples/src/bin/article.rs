//! A walk through automatic differentiation, row by row, each result beside the figure that is expected.
//!
//! The rows are those of an introductory article on automatic differentiation, which follows the survey "Automatic
//! Differentiation in Machine Learning" (arXiv 1502.05767). A row compares with the article's own printed figure
//! (`article`, four decimals) or, where it prints none, with a formula derived by hand (`formula`, twelve digits).

use ad_runtime::{check_grad, differentiate};

/// The article's listing.
#[differentiate]
fn f(x1: f64, x2: f64) -> f64 {
    x1.ln() + x1 * x2 - x2.sin()
}

// The same program as a composition of elementary steps: v1 = ln x1, v2 = x1 x2, v3 = sin x2, v4 = v1 + v2, y = v4 - v3.

#[differentiate]
fn logarithm(x1: f64) -> f64 {
    x1.ln()
}

#[differentiate]
fn product(x1: f64, x2: f64) -> f64 {
    x1 * x2
}

#[differentiate]
fn sine(x2: f64) -> f64 {
    x2.sin()
}

#[differentiate]
fn sum(v1: f64, v2: f64) -> f64 {
    v1 + v2
}

#[differentiate]
fn difference(v4: f64, v3: f64) -> f64 {
    v4 - v3
}

#[differentiate]
fn composed(x1: f64, x2: f64) -> f64 {
    difference(sum(logarithm(x1), product(x1, x2)), sine(x2))
}

/// z = a³ + b for vectors.
#[differentiate]
fn z(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a.powi(3) + b).collect()
}

#[differentiate]
fn sum_of_z(a: &[f64], b: &[f64]) -> f64 {
    z(a, b).iter().sum()
}

/// Spherical coordinates (r, θ, φ) to Cartesian ones; the Jacobian's determinant is r² sin θ.
#[differentiate]
fn cartesian(p: &[f64]) -> [f64; 3] {
    let (r, theta, phi) = (p[0], p[1], p[2]);
    [r * theta.sin() * phi.cos(), r * theta.sin() * phi.sin(), r * theta.cos()]
}

/// Only `x` is asked for, and `unused` has no influence.
#[differentiate]
fn partly(x: f64, #[constant] c: f64, _unused: f64) -> f64 {
    c * x * x
}

/// u becomes u⁴ in place: the reverse sweep needs u and u², both overwritten.
#[differentiate]
fn fourth_power(u: &mut [f64]) {
    for _ in 0..2 {
        for v in u.iter_mut() {
            *v = *v * *v;
        }
    }
}

/// Mean squared error of the line `w[0] + w[1] t`.
#[differentiate]
fn loss(w: &[f64], #[constant] ts: &[f64], #[constant] ys: &[f64]) -> f64 {
    let mut total = 0.0;
    for (t, y) in ts.iter().zip(ys) {
        let error = w[0] + w[1] * t - y;
        total += error * error;
    }
    total / ts.len() as f64
}

fn main() {
    let (x1, x2) = (2.0, 5.0);
    let (cos5, sin5) = (5f64.cos(), 5f64.sin());

    row(1, "a program is a composition of elementary operations, each with a known derivative");
    formula("composed(2, 5) = f(2, 5)", &[composed(x1, x2)], &[f(x1, x2)]);
    formula("its gradient", &pair(composed::grad(x1, x2)), &pair(f::grad(x1, x2)));

    row(2, "the evaluation trace and its intermediate variables: f::EXPLAIN");
    assert!(!f::EXPLAIN.is_empty());
    f::EXPLAIN.lines().for_each(|line| println!("     | {line}"));

    row(3, "forward mode: value and derivative in one sweep");
    let (v1, dv1) = logarithm::jvp(x1, 1.0);
    let (v2, dv2_dx1) = product::jvp((x1, x2), (1.0, 0.0));
    let (_, dv2_dx2) = product::jvp((x1, x2), (0.0, 1.0));
    let (v3, dv3) = sine::jvp(x2, 1.0);
    let (v4, dv4_dx1) = sum::jvp((v1, v2), (dv1, dv2_dx1));
    let (_, dv4_dx2) = sum::jvp((v1, v2), (0.0, dv2_dx2));
    article("dv1", &[dv1], &[0.5]);
    article("dv2", &[dv2_dx1, dv2_dx2], &[5.0, 2.0]);
    article("dv3", &[dv3], &[0.2837]);
    article("dv4", &[dv4_dx1, dv4_dx2], &[5.5, 2.0]);
    let ((y, dy_dx1), (_, dy_dx2)) = (f::jvp((x1, x2), (1.0, 0.0)), f::jvp((x1, x2), (0.0, 1.0)));
    article("y", &[y], &[11.6521]);
    article("dy/dx1, dy/dx2 from f::jvp", &[dy_dx1, dy_dx2], &[5.5, 1.7163]);

    row(4, "reverse mode: the same steps from the result back to the inputs");
    let (_, back5) = difference::vjp(v4, v3);
    let (_, back4) = sum::vjp(v1, v2);
    let (dv4, dv3) = back5(1.0);
    let (dv1, dv2) = back4(dv4);
    article("dv4, dv3, dv2, dv1", &[dv4, dv3, dv2, dv1], &[1.0, -1.0, 1.0, 1.0]);
    let by_product = product::vjp(x1, x2).1(dv2);
    let by_steps = [logarithm::vjp(x1).1(dv1) + by_product.0, by_product.1 + sine::vjp(x2).1(dv3)];
    article("gradient from the steps", &by_steps, &[5.5, 1.7163]);
    let (y, gradient) = f::value_and_grad(x1, x2);
    article("y", &[y], &[11.6521]);
    article("f::grad(2, 5)", &pair(gradient), &[5.5, 1.7163]);
    formula("f::grad(2, 5)", &pair(gradient), &[1.0 / x1 + x2, x1 - cos5]);

    row(5, "the full Jacobian, by columns (forward) or by rows (reverse)");
    let p = [2.0, 0.7, 0.3];
    let jacobian = cartesian::jacobian(&p);
    let (mut by_columns, mut by_rows) = ([[0.0; 3]; 3], [[0.0; 3]; 3]);
    let (_, pullback) = cartesian::vjp(&p);
    for k in 0..3 {
        let unit = std::array::from_fn(|i| f64::from(u8::from(i == k)));
        let (_, column) = cartesian::jvp(&p, &unit);
        (0..3).for_each(|i| by_columns[i][k] = column[i]);
        by_rows[k].copy_from_slice(&pullback(unit));
    }
    formula("all three agree: columns", by_columns.as_flattened(), jacobian.as_slice().unwrap());
    formula("                 rows", by_rows.as_flattened(), jacobian.as_slice().unwrap());
    formula("determinant = r² sin θ", &[determinant(&by_rows)], &[4.0 * 0.7f64.sin()]);

    row(6, "vector-Jacobian products of a non-scalar output, without the matrix");
    let (a, b) = ([7.0, 8.0, 9.0], [1.0, 2.0, 3.0]);
    let (values, pullback) = z::vjp(&a, &b);
    formula("z = a³ + b (the article prints a + b, (8, 10, 12), here)", &values, &[344.0, 514.0, 732.0]);
    let (da, db) = pullback(&[1.0, 1.0, 1.0]);
    article("cotangent (1, 1, 1): da", &da, &[147.0, 192.0, 243.0]);
    formula("                     db", &db, &[1.0, 1.0, 1.0]);
    article("grad of sum(z)", &sum_of_z::grad(&a, &b).0, &[147.0, 192.0, 243.0]);

    row(7, "backward again on a kept graph: a pullback can be called any number of times");
    formula("cotangent (0, 1, 0)", &pullback(&[0.0, 1.0, 0.0]).0, &[0.0, 192.0, 0.0]);
    article("cotangent (1, 1, 1) once more", &pullback(&[1.0, 1.0, 1.0]).0, &[147.0, 192.0, 243.0]);

    later(8, "derivatives of derivatives");

    row(9, "only some inputs, and inputs without influence");
    formula("c x² at x = 3: (d/dx, d/dunused), c constant", &pair(partly::grad(3.0, 5.0, 1.0)), &[30.0, 0.0]);

    row(10, "gradients accumulate where you want it");
    let (mut d1, mut d2) = (0.0, 0.0);
    for _ in 0..2 {
        f::adjoint(x1, x2, &mut d1, &mut d2, 1.0);
    }
    article("f::adjoint twice: twice the gradient", &[d1 / 2.0, d2 / 2.0], &[5.5, 1.7163]);
    f::value_and_grad_into(x1, x2, &mut d1, &mut d2);
    article("f::value_and_grad_into overwrites", &[d1, d2], &[5.5, 1.7163]);

    row(11, "in-place operations, with overwritten values that the reverse sweep needs");
    let mut u = [1.0, 2.0, 3.0];
    let ((), pullback) = fourth_power::vjp(&mut u);
    formula("u⁴ in place", &u, &[1.0, 16.0, 81.0]);
    formula("its gradient 4 u³", &pullback(&[1.0, 1.0, 1.0]), &[4.0, 32.0, 108.0]);

    later(12, "memory of reverse mode: checkpointing and the bytes in EXPLAIN");

    row(13, "gradient descent: a line through four points (handwritten digits: later part)");
    let (ts, ys) = ([0.0, 1.0, 2.0, 3.0], [1.0, 3.0, 2.0, 5.0]);
    let mut w = [0.0, 0.0];
    for _ in 0..1000 {
        let gradient = loss::grad(&w, &ts, &ys);
        w.iter_mut().zip(gradient).for_each(|(w, g)| *w -= 0.1 * g);
    }
    formula("intercept and slope", &w, &[1.1, 1.1]);

    later(14, "computing on a GPU");

    row(15, "numerical differentiation and derivation by hand");
    let h = 1e-5;
    let central = [(f(x1 + h, x2) - f(x1 - h, x2)) / (2.0 * h), (f(x1, x2 + h) - f(x1, x2 - h)) / (2.0 * h)];
    article("central differences, step 1e-5", &central, &[5.5, 1.7163]);
    let exact = [1.0 / x1 + x2, x1 - cos5];
    let error = |found: &[f64]| found.iter().zip(exact).map(|(f, e)| (f - e).abs()).fold(0.0, f64::max);
    println!("     error of the differences {:.0e}, of f::grad {:.0e}", error(&central), error(&pair(gradient)));
    check_grad!(f, x1, x2);
    check_grad!(loss, &w, &ts, &ys);
    formula("the value, by hand", &[y], &[2f64.ln() + 10.0 - sin5]);

    later(16, "tensors: matrix functions with matrix cotangents");
    println!("\nall rows agree");
}

fn pair((a, b): (f64, f64)) -> [f64; 2] {
    [a, b]
}

fn determinant([a, b, c]: &[[f64; 3]; 3]) -> f64 {
    a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0]) + a[2] * (b[0] * c[1] - b[1] * c[0])
}

fn row(number: u32, what: &str) {
    println!("\n{number:>3}  {what}");
}

fn later(number: u32, what: &str) {
    println!("\n{number:>3}  {what}: later part");
}

/// A figure that the article prints, to four decimals.
fn article(what: &str, here: &[f64], printed: &[f64]) {
    compare(what, here, "article", printed, |_| 0.5e-4);
}

/// A figure that follows from a formula.
fn formula(what: &str, here: &[f64], exact: &[f64]) {
    compare(what, here, "formula", exact, |e| 1e-12 * e.abs().max(1.0));
}

fn compare(what: &str, here: &[f64], source: &str, there: &[f64], tolerance: impl Fn(f64) -> f64) {
    println!("     {what}: {}   {source}: {}", list(here), list(there));
    assert_eq!(here.len(), there.len(), "{what}");
    for (h, t) in here.iter().zip(there) {
        assert!((h - t).abs() <= tolerance(*t), "{what}: {h}, {source} {t}");
    }
}

fn list(values: &[f64]) -> String {
    let text: Vec<String> = values.iter().map(|v| format!("{:.4}", (v * 1e4).round() / 1e4 + 0.0)).collect();
    if let [one] = &text[..] { one.clone() } else { format!("({})", text.join(", ")) }
}
