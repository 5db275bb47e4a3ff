//! The Jacobian of `ht` by hand: one pass, in which each number carries its columns along.
//!
//! A bone turns with the four angles of its finger only, so four columns are what its matrices carry; with
//! [`COLUMNS`] for `N` they carry all, as somebody would have it who does not know hands.

use crate::ht::{Data, Matrix, Model, joint, product, rotation};

pub(crate) const COLUMNS: usize = 26;

type Columns = [f64; COLUMNS];
/// The derivative of a matrix whose last row is constant.
type MatrixDot<const N: usize> = [[[f64; N]; 4]; 3];

/// Vertices that go through the bones together, so that a bone's derivative is read from the nearest cache.
const TOGETHER: usize = 8;

/// The first of the columns that bone `b` carries.
fn carried<const N: usize>(b: usize) -> Option<usize> {
    if N == COLUMNS { Some(0) } else { (1..21).contains(&b).then(|| 6 + 4 * ((b - 1) / 4)) }
}

/// The columns of `theta` that bend and spread bone `b`.
fn angles(b: usize) -> Option<(usize, Option<usize>)> {
    if b == 0 || b > 20 || b % 4 == 1 {
        return None;
    }
    let finger = 6 + 4 * ((b - 1) / 4);
    Some(match (b - 1) % 4 {
        1 => (finger, Some(finger + 1)),
        2 => (finger + 2, None),
        _ => (finger + 3, None),
    })
}

/// The derivatives of a joint by its two angles.
fn joint_by_angles(flex: f64, spread: f64) -> [Matrix; 2] {
    let (sx, cx) = flex.sin_cos();
    let (sz, cz) = spread.sin_cos();
    [
        [[0.0, sz * sx, sz * cx, 0.0], [0.0, -cz * sx, -cz * cx, 0.0], [0.0, cx, -sx, 0.0], [0.0; 4]],
        [[-sz, -cz * cx, cz * sx, 0.0], [cz, -sz * cx, sz * sx, 0.0], [0.0; 4], [0.0; 4]],
    ]
}

/// `out += a_dot b`, of a constant `b`.
fn add_product<const N: usize>(a_dot: &MatrixDot<N>, b: &Matrix, out: &mut MatrixDot<N>) {
    for (out, a_dot) in out.iter_mut().zip(a_dot) {
        for (j, out) in out.iter_mut().enumerate() {
            for (a_dot, b) in a_dot.iter().zip(b) {
                for (out, a_dot) in out.iter_mut().zip(a_dot) {
                    *out += a_dot * b[j];
                }
            }
        }
    }
}

/// The transform of each bone and its derivative.
fn transforms<const N: usize>(theta: &[f64], model: &Model) -> (Vec<Matrix>, Vec<MatrixDot<N>>) {
    let bones = model.parents.len();
    let (mut absolutes, mut absolutes_dot) = (Vec::with_capacity(bones), Vec::with_capacity(bones));
    let (mut out, mut out_dot) = (Vec::with_capacity(bones), Vec::with_capacity(bones));
    for b in 0..bones {
        let columns = angles(b);
        let flex = columns.map_or(0.0, |(flex, _)| theta[flex]);
        let spread = columns.and_then(|(_, spread)| spread).map_or(0.0, |spread| theta[spread]);
        let base = &model.base_relatives[b];
        let relative = product(base, &joint(flex, spread));
        let mut absolute_dot = [[[0.0; N]; 4]; 3];
        let absolute = match model.parents[b] {
            Some(parent) => {
                add_product(&absolutes_dot[parent], &relative, &mut absolute_dot);
                product(&absolutes[parent], &relative)
            }
            None => relative,
        };
        if let Some((flex_column, spread_column)) = columns {
            let up = model.parents[b].map_or(*base, |parent| product(&absolutes[parent], base));
            let first = carried::<N>(b).expect("what bends carries a column");
            let by_angles = joint_by_angles(flex, spread);
            for (column, by_angle) in [Some(flex_column), spread_column].into_iter().zip(&by_angles) {
                let Some(column) = column else { continue };
                let moved = product(&up, by_angle);
                for i in 0..3 {
                    for j in 0..4 {
                        absolute_dot[i][j][column - first] += moved[i][j];
                    }
                }
            }
        }
        let inverse = &model.inverse_base_absolutes[b];
        let mut transform_dot = [[[0.0; N]; 4]; 3];
        add_product(&absolute_dot, inverse, &mut transform_dot);
        out.push(product(&absolute, inverse));
        out_dot.push(transform_dot);
        absolutes.push(absolute);
        absolutes_dot.push(absolute_dot);
    }
    (out, out_dot)
}

/// The derivatives of the rotation by its three numbers; none where it counts as none.
fn rotation_by_axis(r: &[f64]) -> [[[f64; 3]; 3]; 3] {
    let theta = (r[0] * r[0] + r[1] * r[1] + r[2] * r[2]).sqrt();
    if theta < 1e-4 {
        return [[[0.0; 3]; 3]; 3];
    }
    let a = [r[0] / theta, r[1] / theta, r[2] / theta];
    let (s, c) = theta.sin_cos();
    let t = 1.0 - c;
    [0, 1, 2].map(|k| {
        let a_dot = [0, 1, 2].map(|i| (if i == k { 1.0 } else { 0.0 } - a[i] * a[k]) / theta);
        let (s_dot, c_dot) = (c * a[k], -s * a[k]);
        let turn = [0, 1, 2].map(|i| s_dot * a[i] + s * a_dot[i]);
        let cross = [[0.0, -turn[2], turn[1]], [turn[2], 0.0, -turn[0]], [-turn[1], turn[0], 0.0]];
        [0, 1, 2].map(|i| {
            [0, 1, 2].map(|j| {
                let outer = (a_dot[i] * a[j] + a[i] * a_dot[j]) * t - a[i] * a[j] * c_dot;
                outer + cross[i][j] + if i == j { c_dot } else { 0.0 }
            })
        })
    })
}

/// The vertices, and the derivative of each.
fn vertices<const N: usize>(theta: &[f64], model: &Model) -> (Vec<[f64; 3]>, Vec<[Columns; 3]>) {
    let (transforms, transforms_dot) = transforms::<N>(theta, model);
    let (rotation, rotation_dot) = (rotation(&theta[0..3]), rotation_by_axis(&theta[0..3]));
    let bones = model.parents.len();
    let count = model.base_positions.len();
    let mut out = vec![[0.0; 3]; count];
    let mut out_dot = vec![[[0.0; COLUMNS]; 3]; count];
    let tiles = out
        .chunks_mut(TOGETHER)
        .zip(out_dot.chunks_mut(TOGETHER))
        .zip(model.base_positions.chunks(TOGETHER).zip(model.weights.chunks(TOGETHER * bones)));
    for ((out, out_dot), (bases, weights)) in tiles {
        for (b, (transform, transform_dot)) in transforms.iter().zip(&transforms_dot).enumerate() {
            let carried = carried::<N>(b);
            let each = out.iter_mut().zip(out_dot.iter_mut()).zip(bases).zip(weights.chunks_exact(bones));
            for (((skin, skin_dot), base), weights) in each {
                let weighted = base.map(|base| weights[b] * base);
                for i in 0..3 {
                    let (row, row_dot) = (&transform[i], &transform_dot[i]);
                    skin[i] += weights[b] * (row[0] * base[0] + row[1] * base[1] + row[2] * base[2] + row[3] * base[3]);
                    let Some(first) = carried else { continue };
                    let skin_dot = skin_dot[i][first..].first_chunk_mut::<N>().expect("the columns carried");
                    for k in 0..N {
                        skin_dot[k] += (row_dot[0][k] * weighted[0] + row_dot[1][k] * weighted[1])
                            + (row_dot[2][k] * weighted[2] + row_dot[3][k] * weighted[3]);
                    }
                }
            }
        }
        for (vertex, vertex_dot) in out.iter_mut().zip(out_dot) {
            let (mut skin, mut skin_dot) = (*vertex, *vertex_dot);
            if model.is_mirrored {
                skin[0] = -skin[0];
                skin_dot[0] = skin_dot[0].map(|d| -d);
            }
            for i in 0..3 {
                let row = &rotation[i];
                vertex[i] = row[0] * skin[0] + row[1] * skin[1] + row[2] * skin[2] + theta[3 + i];
                for k in 0..COLUMNS {
                    vertex_dot[i][k] = row[0] * skin_dot[0][k] + row[1] * skin_dot[1][k] + row[2] * skin_dot[2][k];
                }
                for k in 0..3 {
                    let row = &rotation_dot[k][i];
                    vertex_dot[i][k] += row[0] * skin[0] + row[1] * skin[1] + row[2] * skin[2];
                }
                vertex_dot[i][3 + i] += 1.0;
            }
        }
    }
    (out, out_dot)
}

/// Row-major; `by_shift` is empty where the correspondences are vertices.
pub(crate) fn jacobian<const N: usize>(theta: &[f64], data: &Data, by_theta: &mut [f64], by_shift: &mut [f64]) {
    let (vertices, vertices_dot) = vertices::<N>(theta, &data.model);
    let rows = by_theta.as_chunks_mut::<COLUMNS>().0.as_chunks_mut::<3>().0;
    if data.us.is_empty() {
        for (rows, &place) in rows.iter_mut().zip(&data.correspondences) {
            for (row, dot) in rows.iter_mut().zip(&vertices_dot[place]) {
                *row = dot.map(|d| -d);
            }
        }
        return;
    }
    let places = data.correspondences.iter().zip(&data.us);
    let shifts = by_shift.as_chunks_mut::<2>().0.as_chunks_mut::<3>().0;
    for ((rows, shifts), (&place, &[u, v])) in rows.iter_mut().zip(shifts).zip(places) {
        let [a, b, c] = data.model.triangles[place];
        let w = 1.0 - u - v;
        for j in 0..3 {
            let (a_dot, b_dot, c_dot) = (&vertices_dot[a][j], &vertices_dot[b][j], &vertices_dot[c][j]);
            for k in 0..COLUMNS {
                rows[j][k] = -(u * a_dot[k] + v * b_dot[k] + w * c_dot[k]);
            }
            shifts[j] = [vertices[c][j] - vertices[a][j], vertices[c][j] - vertices[b][j]];
        }
    }
}
