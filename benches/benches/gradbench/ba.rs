//! `ba`: bundle adjustment. How far points seen by cameras are from where they should be, and the sparse Jacobian.

use examples::bundle::{cross, dot, reprojection, weight_error};

use crate::program::{Against, Program, numbers, parse};

struct Problem {
    cameras: Vec<[f64; 11]>,
    points: Vec<[f64; 3]>,
    weights: Vec<f64>,
    features: Vec<[f64; 2]>,
    /// Which camera sees which point.
    seen: Vec<[u32; 2]>,
}

/// Row after row: the offsets of the rows, and the column of each number. The numbers are elsewhere.
struct Pattern {
    rows: Vec<u32>,
    cols: Vec<u32>,
}

impl Problem {
    fn residuals(&self, errors: &mut [f64], weight_errors: &mut [f64]) {
        let observations = self.seen.iter().zip(&self.weights).zip(&self.features);
        for ((([c, p], &weight), feature), error) in observations.zip(errors.as_chunks_mut::<2>().0) {
            *error = reprojection(&self.cameras[*c as usize], &self.points[*p as usize], weight, feature);
        }
        for (error, &weight) in weight_errors.iter_mut().zip(&self.weights) {
            *error = weight_error(weight);
        }
    }

    /// `both` writes the two rows of an observation, and `single` has the number of a weight's row.
    fn jacobian(
        &self,
        both: impl Fn(&[f64; 11], &[f64; 3], f64, &[f64; 2], &mut [[f64; 15]; 2]),
        single: impl Fn(f64) -> f64,
        pattern: &mut Pattern,
        vals: &mut [f64],
    ) {
        let p = self.weights.len();
        let first_point = 11 * self.cameras.len() as u32;
        let first_weight = first_point + 3 * self.points.len() as u32;
        let (of_errors, of_weights) = vals.split_at_mut(30 * p);
        let (cols, weight_cols) = pattern.cols.split_at_mut(30 * p);
        let observations = self.seen.iter().zip(&self.weights).zip(&self.features);
        let pairs = of_errors.as_chunks_mut::<15>().0.as_chunks_mut::<2>().0;
        for ((([c, p], &weight), feature), pair) in observations.zip(pairs) {
            both(&self.cameras[*c as usize], &self.points[*p as usize], weight, feature, pair);
        }
        for (i, ([c, p], pair)) in self.seen.iter().zip(cols.as_chunks_mut::<15>().0.as_chunks_mut::<2>().0).enumerate()
        {
            let mut row = [0; 15];
            (0..11).for_each(|j| row[j] = 11 * c + j as u32);
            (0..3).for_each(|j| row[11 + j] = first_point + 3 * p + j as u32);
            row[14] = first_weight + i as u32;
            *pair = [row, row];
        }
        for (i, ((val, col), &weight)) in of_weights.iter_mut().zip(weight_cols).zip(&self.weights).enumerate() {
            *val = single(weight);
            *col = first_weight + i as u32;
        }
        let p = p as u32;
        for (i, row) in (0..).zip(&mut pattern.rows) {
            *row = if i <= 2 * p { 15 * i } else { 28 * p + i };
        }
    }
}

fn ours(camera: &[f64; 11], point: &[f64; 3], weight: f64, feature: &[f64; 2], rows: &mut [[f64; 15]; 2]) {
    let (mut by_camera, mut by_point, mut by_weight) = ([0.0; 22], [0.0; 6], [0.0; 2]);
    reprojection::jacobian_into(camera, point, weight, feature, &mut by_camera, &mut by_point, &mut by_weight);
    for (i, row) in rows.iter_mut().enumerate() {
        row[..11].copy_from_slice(&by_camera[11 * i..11 * (i + 1)]);
        row[11..14].copy_from_slice(&by_point[3 * i..3 * (i + 1)]);
        row[14] = by_weight[i];
    }
}

/// Back from one error, then from the other.
fn pullback_twice(camera: &[f64; 11], point: &[f64; 3], weight: f64, feature: &[f64; 2], rows: &mut [[f64; 15]; 2]) {
    let (_, pullback) = reprojection::vjp(camera, point, weight, feature);
    for (row, seed) in rows.iter_mut().zip([[1.0, 0.0], [0.0, 1.0]]) {
        let (by_camera, by_point, by_weight) = pullback(seed);
        row[..11].copy_from_slice(&by_camera);
        row[11..14].copy_from_slice(&by_point);
        row[14] = by_weight;
    }
}

/// What turning gives, and the matrices of its derivatives by the axis and by the vector.
#[inline]
fn rotate_by_hand(r: [f64; 3], v: [f64; 3]) -> ([f64; 3], [[f64; 3]; 3], [[f64; 3]; 3]) {
    let square = dot(r, r);
    if square == 0.0 {
        let by_r = [[0.0, v[2], -v[1]], [-v[2], 0.0, v[0]], [v[1], -v[0], 0.0]];
        return (v, by_r, [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]);
    }
    let theta = square.sqrt();
    let inverse = 1.0 / theta;
    let a = [r[0] * inverse, r[1] * inverse, r[2] * inverse];
    let (sin, cos) = theta.sin_cos();
    let (c, along, versine) = (cross(a, v), dot(a, v), 1.0 - cos);
    let (sin_a, raised) = ([sin * a[0], sin * a[1], sin * a[2]], [versine * a[0], versine * a[1], versine * a[2]]);
    let turned = [0, 1, 2].map(|i| v[i] * cos + c[i] * sin + raised[i] * along);
    let by_v = [
        [cos + raised[0] * a[0], raised[0] * a[1] - sin_a[2], raised[0] * a[2] + sin_a[1]],
        [raised[1] * a[0] + sin_a[2], cos + raised[1] * a[1], raised[1] * a[2] - sin_a[0]],
        [raised[2] * a[0] - sin_a[1], raised[2] * a[1] + sin_a[0], cos + raised[2] * a[2]],
    ];
    // By the unit axis, divided by the angle: the part along the axis goes, and the angle's own comes in its place.
    let (s, t) = (sin * inverse, versine * inverse);
    let (s_v, t_a, t_along) = ([s * v[0], s * v[1], s * v[2]], [t * a[0], t * a[1], t * a[2]], t * along);
    let rest = [0, 1, 2].map(|i| (cos - s) * c[i] - sin * v[i] + (sin - 2.0 * t) * along * a[i]);
    let by_r = [
        [
            t_along + t_a[0] * v[0] + rest[0] * a[0],
            s_v[2] + t_a[0] * v[1] + rest[0] * a[1],
            t_a[0] * v[2] - s_v[1] + rest[0] * a[2],
        ],
        [
            t_a[1] * v[0] - s_v[2] + rest[1] * a[0],
            t_along + t_a[1] * v[1] + rest[1] * a[1],
            s_v[0] + t_a[1] * v[2] + rest[1] * a[2],
        ],
        [
            s_v[1] + t_a[2] * v[0] + rest[2] * a[0],
            t_a[2] * v[1] - s_v[0] + rest[2] * a[1],
            t_along + t_a[2] * v[2] + rest[2] * a[2],
        ],
    ];
    (turned, by_r, by_v)
}

/// Both rows from one evaluation.
#[inline]
fn by_hand(camera: &[f64; 11], point: &[f64; 3], weight: f64, feature: &[f64; 2], rows: &mut [[f64; 15]; 2]) {
    let [r1, r2, r3, x, y, z, focal, u0, v0, k1, k2] = *camera;
    let (seen, by_r, by_v) = rotate_by_hand([r1, r2, r3], [point[0] - x, point[1] - y, point[2] - z]);
    let depth = 1.0 / seen[2];
    let u = [seen[0] * depth, seen[1] * depth];
    let s = u[0] * u[0] + u[1] * u[1];
    let lens = 1.0 + k1 * s + k2 * s * s;
    let scale = weight * focal * depth;
    let bend = 2.0 * scale * (k1 + 2.0 * k2 * s);
    let flat = scale * lens;
    for j in 0..2 {
        let front = [
            bend * u[j] * u[0] + if j == 0 { flat } else { 0.0 },
            bend * u[j] * u[1] + if j == 1 { flat } else { 0.0 },
        ];
        let back = front[0] * u[0] + front[1] * u[1];
        let times = |m: &[[f64; 3]; 3], k: usize| front[0] * m[0][k] + front[1] * m[1][k] - back * m[2][k];
        let e = u[j] * weight;
        let row = &mut rows[j];
        for k in 0..3 {
            row[k] = times(&by_r, k);
            row[11 + k] = times(&by_v, k);
            row[3 + k] = -row[11 + k];
        }
        row[6] = lens * e;
        row[7] = if j == 0 { weight } else { 0.0 };
        row[8] = if j == 1 { weight } else { 0.0 };
        row[9] = focal * s * e;
        row[10] = focal * s * s * e;
        row[14] = focal * lens * u[j] + [u0, v0][j] - feature[j];
    }
}

pub(crate) fn programs() -> Vec<Program> {
    // Cameras, points and observations as in the first data set, each moved a little, so that the observations differ.
    let given = parse(include_str!("../../../examples/data/gradbench/ba1_n49_m7776_p31843.txt"), char::is_whitespace);
    let [n, m, p] = [given[0] as usize, given[1] as usize, given[2] as usize];
    let moved = |values: &[f64], seed: u64| -> Vec<f64> {
        numbers(seed, values.len(), 0.999, 1.001).iter().zip(values).map(|(a, b)| a * b).collect()
    };
    let camera = |i| moved(&given[3..14], i).try_into().expect("11 numbers");
    let point = |i| moved(&given[14..17], i).try_into().expect("3 numbers");
    let problem: &'static Problem = Box::leak(Box::new(Problem {
        cameras: (0..n as u64).map(camera).collect(),
        points: (0..m as u64).map(point).collect(),
        weights: moved(&vec![given[17]; p], 1),
        features: vec![[given[18], given[19]]; p],
        seen: (0..p).map(|i| [(i % n) as u32, (i % m) as u32]).collect(),
    }));
    let pattern = || Pattern { rows: vec![0; 3 * p + 1], cols: vec![0; 31 * p] };
    let (mut of_ours, mut of_pullback, mut of_hand) = (pattern(), pattern(), pattern());
    vec![
        Program::new(format!("ba p={p}"), Against::Primal(2.8), 0, 31 * p)
            .primal(move |out| {
                let (errors, weight_errors) = out[..3 * p].split_at_mut(2 * p);
                problem.residuals(errors, weight_errors);
            })
            .ours(move |out| problem.jacobian(ours, weight_error::grad, &mut of_ours, out))
            .by_hand(move |out| problem.jacobian(by_hand, |weight| -2.0 * weight, &mut of_hand, out))
            .also("ours, a pullback twice", move |out| {
                problem.jacobian(pullback_twice, weight_error::grad, &mut of_pullback, out);
            }),
    ]
}
