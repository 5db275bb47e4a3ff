//! `kmeans`: the cost of `k` centroids for `n` points, its gradient, and the direction of Newton's method.

use ad_runtime::differentiate;

use crate::program::{Against, Program, numbers};

#[differentiate(order = 2)]
fn squared_distance(a: &[f64], #[constant] b: &[f64]) -> f64 {
    let mut sum = 0.0;
    for (a, b) in a.iter().zip(b) {
        let r = a - b;
        sum += r * r;
    }
    sum
}

#[differentiate(order = 2)]
fn cost(centroids: &[f64], #[constant] points: &[f64], d: usize) -> f64 {
    let mut total = 0.0;
    for point in points.chunks_exact(d) {
        let mut nearest = f64::INFINITY;
        for centroid in centroids.chunks_exact(d) {
            nearest = nearest.min(squared_distance(centroid, point));
        }
        total += nearest;
    }
    total
}

#[differentiate]
fn gradient(centroids: &[f64], #[constant] points: &[f64], d: usize) -> Vec<f64> {
    cost::grad(centroids, points, d)
}

/// The Hessian is diagonal: its product with ones has all of it.
fn direction(centroids: &[f64], points: &[f64], d: usize, ones: &[f64], out: &mut [f64]) {
    let (g, h) = gradient::jvp((centroids, points, d), ones);
    for ((out, g), h) in out.iter_mut().zip(&g).zip(&h) {
        *out = g / h;
    }
}

/// The winner of a point: its distance and its number.
fn nearest(centroids: &[f64], point: &[f64], d: usize) -> (f64, usize) {
    let (mut nearest, mut winner) = (f64::INFINITY, 0);
    for (c, centroid) in centroids.chunks_exact(d).enumerate() {
        let mut sum = 0.0;
        for (a, b) in centroid.iter().zip(point) {
            let r = a - b;
            sum += r * r;
        }
        if sum < nearest {
            (nearest, winner) = (sum, c);
        }
    }
    (nearest, winner)
}

/// Only the winner is touched.
fn gradient_by_hand(centroids: &[f64], points: &[f64], d: usize, centroids_bar: &mut [f64]) -> f64 {
    centroids_bar.fill(0.0);
    let mut total = 0.0;
    for point in points.chunks_exact(d) {
        let (nearest, winner) = nearest(centroids, point, d);
        total += nearest;
        let won = winner * d..(winner + 1) * d;
        for ((bar, a), b) in centroids_bar[won.clone()].iter_mut().zip(&centroids[won]).zip(point) {
            *bar += 2.0 * (a - b);
        }
    }
    total
}

/// The second derivative is twice the number of the points won.
fn direction_by_hand(centroids: &[f64], points: &[f64], d: usize, out: &mut [f64]) -> f64 {
    out.fill(0.0);
    let mut counts = vec![0.0; centroids.len() / d];
    let mut total = 0.0;
    for point in points.chunks_exact(d) {
        let (nearest, winner) = nearest(centroids, point, d);
        total += nearest;
        counts[winner] += 2.0;
        let won = winner * d..(winner + 1) * d;
        for ((bar, a), b) in out[won.clone()].iter_mut().zip(&centroids[won]).zip(point) {
            *bar += 2.0 * (a - b);
        }
    }
    for (out, count) in out.chunks_exact_mut(d).zip(&counts) {
        for out in out {
            *out /= count;
        }
    }
    total
}

pub(crate) fn programs() -> Vec<Program> {
    let (k, n, d) = (100, 10_000, 8);
    let points: &'static [f64] = numbers(11, n * d, 0.0, 1.0).leak();
    let centroids = &points[(n - k) * d..];
    let ones: &'static [f64] = vec![1.0; k * d].leak();
    let size = format!("k={k} n={n} d={d}");
    vec![
        Program::new(format!("kmeans gradient {size}"), Against::Primal(1.3), 1, k * d)
            .primal(move |out| out[0] = cost(centroids, points, d))
            .ours(move |out| {
                let (value, gradient) = out.split_at_mut(1);
                value[0] = cost::value_and_grad_into(centroids, points, d, gradient);
            })
            .by_hand(move |out| {
                let (value, gradient) = out.split_at_mut(1);
                value[0] = gradient_by_hand(centroids, points, d, gradient);
            }),
        // The emitted direction comes without the value.
        Program::new(format!("kmeans direction {size}"), Against::Primal(1.3), 0, k * d)
            .primal(move |out| out[0] = cost(centroids, points, d))
            .ours(move |out| direction(centroids, points, d, ones, out))
            .by_hand(move |out| {
                direction_by_hand(centroids, points, d, out);
            }),
    ]
}
