//! `ht`: hand tracking. How far the points that a camera saw are from a hand in a given pose, and the Jacobian.

use crate::clock::Clock;
use crate::protocol::{Answer, answer, read, unknown};
use ad_runtime::differentiate;
use serde::Deserialize;
use serde_json::Value;

type Matrix = [[f64; 4]; 4];

#[derive(Deserialize)]
struct Input {
    theta: Vec<f64>,
    us: Vec<[f64; 2]>,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    model: Model,
    correspondences: Vec<usize>,
    points: Vec<[f64; 3]>,
}

/// A hand at rest: bones, each but the first with a parent before it, and the skin that they move.
#[derive(Deserialize)]
struct Model {
    parents: Vec<i64>,
    base_relatives: Vec<Matrix>,
    inverse_base_absolutes: Vec<Matrix>,
    base_positions: Vec<[f64; 4]>,
    weights: Vec<Vec<f64>>,
    triangles: Vec<[usize; 3]>,
    is_mirrored: bool,
}

#[differentiate]
fn product(a: &Matrix, b: &Matrix) -> Matrix {
    let mut out = [[0.0; 4]; 4];
    for i in 0..4 {
        for j in 0..4 {
            for k in 0..4 {
                out[i][j] += a[i][k] * b[k][j];
            }
        }
    }
    out
}

/// A joint that bends about its x axis and spreads about its z axis.
#[differentiate]
fn joint(flex: f64, spread: f64) -> Matrix {
    let (sx, cx) = flex.sin_cos();
    let (sz, cz) = spread.sin_cos();
    [[cz, -sz * cx, sz * sx, 0.0], [sz, cz * cx, -cz * sx, 0.0], [0.0, sx, cx, 0.0], [0.0, 0.0, 0.0, 1.0]]
}

/// How far bone `b` bends and spreads. Wrist, forearm and the first bones of the fingers do neither.
#[differentiate]
fn angles(theta: &[f64], b: usize) -> (f64, f64) {
    if b == 0 || b > 20 || b % 4 == 1 {
        return (0.0, 0.0);
    }
    let finger = 6 + 4 * ((b - 1) / 4);
    match (b - 1) % 4 {
        1 => (theta[finger], theta[finger + 1]),
        2 => (theta[finger + 2], 0.0),
        _ => (theta[finger + 3], 0.0),
    }
}

/// Where each bone takes what moves with it.
#[differentiate]
fn transforms(theta: &[f64], #[constant] model: &Model) -> Vec<Matrix> {
    let mut absolutes: Vec<Matrix> = Vec::new();
    for b in 0..model.parents.len() {
        let (flex, spread) = angles(theta, b);
        let relative = product(&model.base_relatives[b], &joint(flex, spread));
        let parent = model.parents[b];
        let absolute = if parent < 0 { relative } else { product(&absolutes[parent as usize], &relative) };
        absolutes.push(absolute);
    }
    absolutes.iter().zip(&model.inverse_base_absolutes).map(|(a, inverse)| product(a, inverse)).collect()
}

/// Rodrigues' formula as a matrix; rotations too small for it count as none.
#[differentiate]
fn rotation(r: &[f64]) -> [[f64; 3]; 3] {
    let theta = (r[0] * r[0] + r[1] * r[1] + r[2] * r[2]).sqrt();
    if theta < 1e-4 {
        return [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    }
    let (x, y, z) = (r[0] / theta, r[1] / theta, r[2] / theta);
    let (s, c) = theta.sin_cos();
    let t = 1.0 - c;
    [
        [x * x * t + c, x * y * t - z * s, x * z * t + y * s],
        [y * x * t + z * s, y * y * t + c, y * z * t - x * s],
        [z * x * t - y * s, z * y * t + x * s, z * z * t + c],
    ]
}

/// The skin of the hand in the pose `theta`. Each vertex follows all bones, by its weights.
#[differentiate]
fn vertices(theta: &[f64], #[constant] model: &Model) -> Vec<[f64; 3]> {
    let transforms = transforms(theta, model);
    let rotation = rotation(&theta[0..3]);
    let mut out = vec![[0.0; 3]; model.base_positions.len()];
    for (v, vertex) in out.iter_mut().enumerate() {
        let base = model.base_positions[v];
        let mut skin = [0.0; 3];
        for (transform, weight) in transforms.iter().zip(&model.weights[v]) {
            for i in 0..3 {
                let mut moved = 0.0;
                for j in 0..4 {
                    moved += transform[i][j] * base[j];
                }
                skin[i] += weight * moved;
            }
        }
        if model.is_mirrored {
            skin[0] = -skin[0];
        }
        for i in 0..3 {
            vertex[i] = rotation[i][0] * skin[0] + rotation[i][1] * skin[1] + rotation[i][2] * skin[2] + theta[3 + i];
        }
    }
    out
}

/// Each point corresponds to a vertex or, where `us` has coordinates for it, to a place on a triangle.
#[differentiate]
fn residuals(theta: &[f64], us: &[[f64; 2]], #[constant] data: &Data) -> Vec<f64> {
    let vertices = vertices(theta, &data.model);
    let mut out = Vec::new();
    for i in 0..data.points.len() {
        let point = data.points[i];
        let place = data.correspondences[i];
        if us.is_empty() {
            for j in 0..3 {
                out.push(point[j] - vertices[place][j]);
            }
        } else {
            let [a, b, c] = data.model.triangles[place];
            let [u, v] = us[i];
            for j in 0..3 {
                out.push(point[j] - (u * vertices[a][j] + v * vertices[b][j] + (1.0 - u - v) * vertices[c][j]));
            }
        }
    }
    out
}

/// Column after column by forward mode. A residual depends on its own `us` only, so one direction serves all of them.
fn jacobian(theta: &[f64], us: &[[f64; 2]], data: &Data) -> Vec<Vec<f64>> {
    let (still, none) = (vec![0.0; theta.len()], vec![[0.0; 2]; us.len()]);
    let mut columns = Vec::new();
    if !us.is_empty() {
        for side in [[1.0, 0.0], [0.0, 1.0]] {
            columns.push(residuals::jvp((theta, us, data), (&still, &vec![side; us.len()])).1);
        }
    }
    for i in 0..theta.len() {
        let mut direction = still.clone();
        direction[i] = 1.0;
        columns.push(residuals::jvp((theta, us, data), (&direction, &none)).1);
    }
    (0..3 * data.points.len()).map(|row| columns.iter().map(|column| column[row]).collect()).collect()
}

pub(crate) fn evaluate(function: &str, input: Value, clock: &mut Clock) -> Answer {
    let Input { theta, us, data } = read(input)?;
    match function {
        "objective" => answer(clock.time(|| residuals(&theta, &us, &data))),
        "jacobian" => answer(clock.time(|| jacobian(&theta, &us, &data))),
        _ => unknown(function),
    }
}
