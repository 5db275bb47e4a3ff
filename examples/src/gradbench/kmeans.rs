//! `kmeans`: the cost of centroids, and the direction in which Newton's method moves them.

use crate::checks;
use crate::clock::Clock;
use crate::protocol::{Answer, answer, read, unknown};
use ad_runtime::differentiate;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Input {
    points: Vec<Vec<f64>>,
    centroids: Vec<Vec<f64>>,
}

#[differentiate(order = 2)]
fn squared_distance(a: &[f64], #[constant] b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

/// Every point counts with the square of its distance to the nearest centroid.
#[differentiate(order = 2)]
fn cost(#[constant] points: &[Vec<f64>], centroids: &[Vec<f64>]) -> f64 {
    let mut total = 0.0;
    for point in points {
        let mut nearest = f64::INFINITY;
        for centroid in centroids {
            nearest = nearest.min(squared_distance(centroid, point));
        }
        total += nearest;
    }
    total
}

#[differentiate]
fn gradient(#[constant] points: &[Vec<f64>], centroids: &[Vec<f64>]) -> Vec<Vec<f64>> {
    cost::grad(points, centroids)
}

/// The Hessian is diagonal, so its product with a vector of ones has all of it: the gradient's derivative in that direction.
fn direction(points: &[Vec<f64>], centroids: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let ones: Vec<_> = centroids.iter().map(|c| vec![1.0; c.len()]).collect();
    let (mut step, diagonal) = gradient::jvp((points, centroids), &ones);
    for (g, h) in step.iter_mut().flatten().zip(diagonal.iter().flatten()) {
        *g /= h;
    }
    step
}

pub(crate) fn evaluate(function: &str, input: Value, clock: &mut Clock) -> Answer {
    let Input { points, centroids } = read(input)?;
    let dimensions = points.first().map_or(0, |point| point.len());
    checks::shape("points", &points, points.len(), dimensions)?;
    checks::shape("centroids", &centroids, centroids.len(), dimensions)?;
    match function {
        "cost" => answer(clock.time(|| cost(&points, &centroids))),
        "dir" => answer(clock.time(|| direction(&points, &centroids))),
        _ => unknown(function),
    }
}
