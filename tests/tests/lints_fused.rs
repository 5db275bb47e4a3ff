//! The joint forms raise no lint either: loops that run forward and in reverse together, buffers, slices taken once, workspaces.

#![forbid(unsafe_code, non_ascii_idents)]
#![deny(nonstandard_style)]
#![deny(warnings, missing_docs, unreachable_pub, unused, rust_2018_idioms, future_incompatible)]
#![deny(unused_qualifications, unused_lifetimes, unused_results, trivial_casts, trivial_numeric_casts, let_underscore)]
#![deny(missing_debug_implementations, missing_copy_implementations, single_use_lifetimes, elided_lifetimes_in_paths)]
#![deny(clippy::all)]
#![deny(clippy::pedantic)]
#![allow(
    clippy::many_single_char_names,
    clippy::must_use_candidate,
    clippy::cast_precision_loss,
    clippy::float_cmp,
    clippy::needless_for_each,
    reason = "said of the functions as they are written"
)]

use ad_runtime::{Differentiable, check_grad, differentiate};

/// A sum with a call and constants in it.
#[differentiate]
pub fn residual(a: f64, t: f64, y: f64) -> f64 {
    y - a * (-t).exp()
}

/// Nothing is left for the end.
#[differentiate]
pub fn squares(p: &[f64; 2], #[constant] ts: &[f64], #[constant] ys: &[f64]) -> f64 {
    let mut sum = 0.0;
    for (&t, &y) in ts.iter().zip(ys) {
        let r = residual(p[0], t, y) * p[1];
        sum += r * r;
    }
    sum
}

/// The result is the sum itself.
#[differentiate]
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Work arrays, chunks, and inner loops that are kept and reversed.
#[differentiate]
pub fn mixture(alpha: &[f64], mu: &[f64], #[constant] x: &[f64], d: usize) -> f64 {
    let mut terms = vec![0.0; alpha.len()];
    let mut centred = vec![0.0; d];
    let mut total = 0.0;
    for point in x.chunks_exact(d) {
        for (c, term) in terms.iter_mut().enumerate() {
            for ((v, x), m) in centred.iter_mut().zip(point).zip(&mu[c * d..(c + 1) * d]) {
                *v = x - m;
            }
            let mut square = 0.0;
            for v in &centred {
                square += v * v;
            }
            *term = alpha[c] - 0.5 * square;
        }
        let mut sum = 0.0;
        for t in &terms {
            sum += t.exp();
        }
        total += sum.ln();
    }
    total
}

/// One recursion for value and gradient.
#[differentiate]
pub fn det(a: &[f64], n: usize) -> f64 {
    if n == 1 {
        return a[0];
    }
    let mut sum = 0.0;
    let mut sign = 1.0;
    for j in 0..n {
        let mut minor = Vec::with_capacity((n - 1) * (n - 1));
        for row in a.chunks_exact(n).skip(1) {
            for (k, v) in row.iter().enumerate() {
                if k != j {
                    minor.push(*v);
                }
            }
        }
        sum += sign * a[j] * det(&minor, n - 1);
        sign = -sign;
    }
    sum
}

/// Without result: each iteration has an element of its own.
#[differentiate]
pub fn squared(x: &[f64], out: &mut [f64]) {
    for (out, x) in out.iter_mut().zip(x) {
        *out = x * x;
    }
}

/// Rows, and a loop that leaves early behind a count.
#[differentiate]
pub fn product(rows: &[Vec<f64>], x: &[f64], limit: usize) -> f64 {
    let mut sum = 0.0;
    let mut count = 0;
    for row in rows {
        for (w, x) in row.iter().zip(x) {
            sum += w * x;
        }
        count += 1;
        if count > limit {
            break;
        }
    }
    let mut kept = sum;
    for _ in 0..3 {
        kept *= kept.sin();
    }
    kept
}

/// Data and parameters in one struct.
#[derive(Clone, Debug, Differentiable)]
pub struct Fit {
    /// What is sought.
    pub slope: f64,
    /// How many were left out.
    pub skipped: usize,
    /// What is given.
    #[constant]
    pub data: Vec<f64>,
}

/// Its constant fields go to the gradient.
#[differentiate]
pub fn misfit(fit: &Fit) -> f64 {
    let mut sum = 0.0;
    for (i, y) in fit.data.iter().enumerate() {
        let r = y - fit.slope * i as f64;
        sum += r * r;
    }
    sum
}

/// A least distance.
#[differentiate]
pub fn nearest(centres: &[f64], #[constant] points: &[f64], d: usize) -> f64 {
    let mut total = 0.0;
    for point in points.chunks_exact(d) {
        let mut least = f64::INFINITY;
        for centre in centres.chunks_exact(d) {
            least = least.min(dot(centre, point));
        }
        total += least;
    }
    total
}

#[test]
fn joint_forms_are_silent() {
    check_grad!(squares, &[0.5, 0.7], &[0.1, 0.2], &[1.0, 2.0]);
    check_grad!(dot, &[0.5, 0.7], &[0.1, 0.2]);
    check_grad!(mixture, &[0.1, 0.2], &[0.3, 0.4, 0.5, 0.6], &[1.0, -1.0, 0.5, 0.25], 2);
    check_grad!(det, &[2.0, 0.5, 0.25, 0.5, 3.0, 0.75, 1.0, 0.5, 1.5], 3);
    check_grad!(squared, &[0.5, 0.7], &mut [0.1, 0.2]);
    check_grad!(product, &[vec![0.5, 0.7], vec![0.1, 0.2]], &[0.4, 0.3], 5);
    check_grad!(misfit, &Fit { slope: 0.5, skipped: 1, data: vec![1.0, 2.0, 4.0] });
    check_grad!(nearest, &[0.3, 0.4, 0.5, 0.9], &[1.0, -1.0, 0.5, 0.25], 2);
    let mut workspace = mixture::workspace();
    let (x, mu) = ([1.0, -1.0, 0.5, 0.25], [0.3, 0.4, 0.5, 0.6]);
    let both = mixture::value_and_grad_with(&mut workspace, &[0.1, 0.2], &mu, &x, 2);
    assert_eq!(both, mixture::value_and_grad(&[0.1, 0.2], &mu, &x, 2));
}
