//! `ba`: bundle adjustment. How far points seen by cameras are from where they should be, and the sparse Jacobian.

use crate::checks;
use crate::clock::Clock;
use crate::protocol::{Answer, answer, read, unknown};
use examples::bundle::{reprojection, weight_error};
use serde::Deserialize;
use serde_json::{Value, json};

/// One camera, point, weight and feature stand for all `n` cameras, `m` points, and `p` observations.
#[derive(Deserialize)]
struct Input {
    n: usize,
    m: usize,
    p: usize,
    cam: [f64; 11],
    x: [f64; 3],
    w: f64,
    feat: [f64; 2],
}

struct Problem {
    cameras: Vec<[f64; 11]>,
    points: Vec<[f64; 3]>,
    weights: Vec<f64>,
    features: Vec<[f64; 2]>,
}

/// A sparse matrix, row after row.
#[derive(Default)]
struct Sparse {
    rows: Vec<usize>,
    cols: Vec<usize>,
    vals: Vec<f64>,
}

impl Sparse {
    fn clear(&mut self) {
        self.rows.clear();
        self.cols.clear();
        self.vals.clear();
        self.rows.push(0);
    }

    fn push(&mut self, first: usize, vals: &[f64]) {
        self.cols.extend(first..first + vals.len());
        self.vals.extend_from_slice(vals);
    }

    fn end_row(&mut self) {
        self.rows.push(self.cols.len());
    }
}

impl Problem {
    fn expand(input: &Input) -> Problem {
        Problem {
            cameras: vec![input.cam; input.n],
            points: vec![input.x; input.m],
            weights: vec![input.w; input.p],
            features: vec![input.feat; input.p],
        }
    }

    fn observe(&self, i: usize) -> (usize, usize) {
        (i % self.cameras.len(), i % self.points.len())
    }

    fn residuals(&self, errors: &mut [[f64; 2]], weight_errors: &mut [f64]) {
        for i in 0..self.weights.len() {
            let (c, p) = self.observe(i);
            errors[i] = reprojection(&self.cameras[c], &self.points[p], self.weights[i], &self.features[i]);
            weight_errors[i] = weight_error(self.weights[i]);
        }
    }

    fn jacobian(&self, out: &mut Sparse) {
        let first_point = 11 * self.cameras.len();
        let first_weight = first_point + 3 * self.points.len();
        let (mut by_camera, mut by_point, mut by_weight) = ([0.0; 22], [0.0; 6], [0.0; 2]);
        out.clear();
        for (i, (weight, feature)) in self.weights.iter().zip(&self.features).enumerate() {
            let (c, p) = self.observe(i);
            let (camera, point) = (&self.cameras[c], &self.points[p]);
            reprojection::jacobian_into(camera, point, *weight, feature, &mut by_camera, &mut by_point, &mut by_weight);
            for row in 0..2 {
                out.push(11 * c, &by_camera[11 * row..11 * (row + 1)]);
                out.push(first_point + 3 * p, &by_point[3 * row..3 * (row + 1)]);
                out.push(first_weight + i, &by_weight[row..row + 1]);
                out.end_row();
            }
        }
        for (i, weight) in self.weights.iter().enumerate() {
            out.push(first_weight + i, &[weight_error::grad(*weight)]);
            out.end_row();
        }
    }
}

pub(crate) fn evaluate(function: &str, input: Value, clock: &mut Clock) -> Answer {
    let input: Input = read(input)?;
    let p = input.p;
    if input.n == 0 || input.m == 0 || p < 10 {
        return Err("a camera, a point and ten observations are the least".into());
    }
    for (count, numbers) in [(input.n, 11), (input.m, 3), (p, 31)] {
        checks::size(count.checked_mul(numbers))?;
    }
    let problem = Problem::expand(&input);
    match function {
        "objective" => {
            let (mut errors, mut weight_errors) = (vec![[0.0; 2]; p], vec![0.0; p]);
            clock.time(|| problem.residuals(&mut errors, &mut weight_errors));
            answer(json!({
                "reproj_error": { "elements": errors[0], "repeated": p },
                "w_err": { "element": weight_errors[0], "repeated": p },
            }))
        }
        "jacobian" => {
            let mut jacobian = Sparse::default();
            clock.time(|| problem.jacobian(&mut jacobian));
            let Sparse { rows, cols, vals } = &jacobian;
            answer(json!({ "rows": sample(rows), "cols": sample(cols), "vals": sample(vals) }))
        }
        _ => unknown(function),
    }
}

/// What is sent of a long vector: the first 30 elements and the last one.
fn sample<T: Copy>(items: &[T]) -> Vec<T> {
    items.iter().take(30).chain(items.last()).copied().collect()
}
