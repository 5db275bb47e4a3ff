//! `ht`: hand tracking. How far the points that a camera saw are from a hand in a given pose, and the Jacobian.

use ad_runtime::differentiate;

use crate::ht_by_hand::{self, COLUMNS};
use crate::program::{Against, Program, parse};

pub(crate) type Matrix = [[f64; 4]; 4];

/// A hand at rest: bones, each but the first with a parent before it, and the skin that they move.
pub(crate) struct Model {
    pub(crate) parents: Vec<Option<usize>>,
    pub(crate) base_relatives: Vec<Matrix>,
    pub(crate) inverse_base_absolutes: Vec<Matrix>,
    pub(crate) base_positions: Vec<[f64; 4]>,
    /// One for each bone, vertex after vertex, most of them zero.
    pub(crate) weights: Vec<f64>,
    pub(crate) triangles: Vec<[usize; 3]>,
    pub(crate) is_mirrored: bool,
}

/// What was seen, and where on the hand.
pub(crate) struct Data {
    pub(crate) model: Model,
    pub(crate) correspondences: Vec<usize>,
    pub(crate) points: Vec<[f64; 3]>,
    /// The places on triangles; empty where the correspondences are vertices.
    pub(crate) us: Vec<[f64; 2]>,
}

#[differentiate]
pub(crate) fn product(a: &Matrix, b: &Matrix) -> Matrix {
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
pub(crate) fn joint(flex: f64, spread: f64) -> Matrix {
    let (sx, cx) = flex.sin_cos();
    let (sz, cz) = spread.sin_cos();
    [[cz, -sz * cx, sz * sx, 0.0], [sz, cz * cx, -cz * sx, 0.0], [0.0, sx, cx, 0.0], [0.0, 0.0, 0.0, 1.0]]
}

/// How far bone `b` bends and spreads. Wrist, forearm and the first bones of the fingers do neither.
#[differentiate]
pub(crate) fn angles(theta: &[f64], b: usize) -> (f64, f64) {
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
    let mut absolutes: Vec<Matrix> = Vec::with_capacity(model.parents.len());
    for b in 0..model.parents.len() {
        let (flex, spread) = angles(theta, b);
        let relative = product(&model.base_relatives[b], &joint(flex, spread));
        let absolute = match model.parents[b] {
            Some(parent) => product(&absolutes[parent], &relative),
            None => relative,
        };
        absolutes.push(absolute);
    }
    absolutes.iter().zip(&model.inverse_base_absolutes).map(|(a, inverse)| product(a, inverse)).collect()
}

/// Rodrigues' formula as a matrix; rotations too small for it count as none.
#[differentiate]
pub(crate) fn rotation(r: &[f64]) -> [[f64; 3]; 3] {
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
pub(crate) fn vertices(theta: &[f64], #[constant] model: &Model) -> Vec<[f64; 3]> {
    let transforms = transforms(theta, model);
    let rotation = rotation(&theta[0..3]);
    let mut out = vec![[0.0; 3]; model.base_positions.len()];
    let bones = model.parents.len();
    for ((vertex, base), weights) in out.iter_mut().zip(&model.base_positions).zip(model.weights.chunks_exact(bones)) {
        let mut skin = [0.0; 3];
        for (transform, weight) in transforms.iter().zip(weights) {
            for i in 0..3 {
                let row = &transform[i];
                skin[i] += weight * (row[0] * base[0] + row[1] * base[1] + row[2] * base[2] + row[3] * base[3]);
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

/// Each point corresponds to a vertex.
#[differentiate]
fn simple(theta: &[f64], #[constant] data: &Data) -> Vec<f64> {
    let vertices = vertices(theta, &data.model);
    let mut out = vec![0.0; 3 * data.points.len()];
    for ((out, point), &place) in out.chunks_exact_mut(3).zip(&data.points).zip(&data.correspondences) {
        for j in 0..3 {
            out[j] = point[j] - vertices[place][j];
        }
    }
    out
}

/// Each point corresponds to a place on a triangle, all of which move by `shift`: a point's own place is all that it
/// depends on, so that two columns have the derivatives by all places.
#[differentiate]
fn complicated(theta: &[f64], shift: &[f64], #[constant] data: &Data) -> Vec<f64> {
    let vertices = vertices(theta, &data.model);
    let mut out = vec![0.0; 3 * data.points.len()];
    let places = data.correspondences.iter().zip(&data.us);
    for ((out, point), (&place, us)) in out.chunks_exact_mut(3).zip(&data.points).zip(places) {
        let [a, b, c] = data.model.triangles[place];
        let (u, v) = (us[0] + shift[0], us[1] + shift[1]);
        for j in 0..3 {
            out[j] = point[j] - (u * vertices[a][j] + v * vertices[b][j] + (1.0 - u - v) * vertices[c][j]);
        }
    }
    out
}

fn model() -> Model {
    let square = |v: &[f64]| -> Matrix { std::array::from_fn(|i| std::array::from_fn(|j| v[4 * i + j])) };
    let (mut parents, mut base_relatives, mut inverse_base_absolutes) = (vec![], vec![], vec![]);
    for line in include_str!("../../../examples/data/gradbench/ht/model/bones.txt").lines() {
        let (_, rest) = line.split_once(':').expect("a name");
        let v = parse(rest, |c| c == ':');
        parents.push((v[0] >= 0.0).then_some(v[0] as usize));
        base_relatives.push(square(&v[1..17]));
        inverse_base_absolutes.push(square(&v[17..33]));
    }
    let (mut base_positions, mut weights) = (vec![], vec![]);
    for line in include_str!("../../../examples/data/gradbench/ht/model/vertices.txt").lines() {
        let v = parse(line, |c| c == ':');
        base_positions.push([v[0], v[1], v[2], 1.0]);
        let mut row = vec![0.0; parents.len()];
        v[9..9 + 2 * v[8] as usize].chunks(2).for_each(|pair| row[pair[0] as usize] = pair[1]);
        weights.extend(row);
    }
    let triangles = include_str!("../../../examples/data/gradbench/ht/model/triangles.txt").lines();
    let triangle = |line: &str| {
        let v = parse(line, |c| c == ':');
        [v[0] as usize, v[1] as usize, v[2] as usize]
    };
    Model {
        parents,
        base_relatives,
        inverse_base_absolutes,
        base_positions,
        weights,
        triangles: triangles.map(triangle).collect(),
        is_mirrored: false,
    }
}

/// The data, and the pose.
fn read(pose: &str) -> (&'static Data, &'static [f64]) {
    let mut rows = pose.lines().map(|line| parse(line, char::is_whitespace)).filter(|row| !row.is_empty());
    let count = rows.next().expect("the sizes")[0] as usize;
    let seen: Vec<Vec<f64>> = rows.by_ref().take(count).collect();
    let rest: Vec<Vec<f64>> = rows.collect();
    let (us, theta) = rest.split_at(rest.len() - 26);
    let data = Data {
        model: model(),
        correspondences: seen.iter().map(|row| row[0] as usize).collect(),
        points: seen.iter().map(|row| [row[1], row[2], row[3]]).collect(),
        us: us.iter().map(|row| [row[0], row[1]]).collect(),
    };
    (Box::leak(Box::new(data)), theta.concat().leak())
}

pub(crate) fn programs() -> Vec<Program> {
    let (data, theta) = read(include_str!("../../../examples/data/gradbench/ht/simple_hand1_t26_c100.txt"));
    let rows = 3 * data.points.len();
    let of_simple = Program::new(format!("ht simple, 26 columns, p={}", rows / 3), Against::Primal(9.0), 0, 26 * rows)
        .primal(move |out| out[..rows].copy_from_slice(&simple(theta, data)))
        .ours(move |out| simple::jacobian_into(theta, data, out))
        .by_hand(move |out| ht_by_hand::jacobian::<4>(theta, data, out, &mut []))
        .also("by hand, all columns", move |out| ht_by_hand::jacobian::<COLUMNS>(theta, data, out, &mut []));

    let (data, theta) = read(include_str!("../../../examples/data/gradbench/ht/complicated_hand1_t26_c100.txt"));
    let rows = 3 * data.points.len();
    let still = [0.0; 2];
    let name = format!("ht complicated, 28 columns, p={}", rows / 3);
    let of_complicated = Program::new(name, Against::Primal(9.0), 0, 28 * rows)
        .primal(move |out| out[..rows].copy_from_slice(&complicated(theta, &still, data)))
        .ours(move |out| {
            let (by_theta, by_shift) = out.split_at_mut(26 * rows);
            complicated::jacobian_into(theta, &still, data, by_theta, by_shift);
        })
        .by_hand(move |out| {
            let (by_theta, by_shift) = out.split_at_mut(26 * rows);
            ht_by_hand::jacobian::<4>(theta, data, by_theta, by_shift);
        })
        .also("by hand, all columns", move |out| {
            let (by_theta, by_shift) = out.split_at_mut(26 * rows);
            ht_by_hand::jacobian::<COLUMNS>(theta, data, by_theta, by_shift);
        });
    vec![of_simple, of_complicated]
}
