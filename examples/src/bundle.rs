//! Bundle adjustment: what a camera sees of a point. Shared by the tool for GradBench and the benches.

use ad_runtime::differentiate;

/// The cross product.
#[inline]
#[differentiate]
pub fn cross(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

/// The inner product.
#[inline]
#[differentiate]
pub fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// Rodrigues' formula: `v` turned about the axis `r` by its length.
#[inline]
#[differentiate]
fn rotate(r: [f64; 3], v: [f64; 3]) -> [f64; 3] {
    let square = dot(r, r);
    if square == 0.0 {
        let c = cross(r, v);
        return [v[0] + c[0], v[1] + c[1], v[2] + c[2]];
    }
    let theta = square.sqrt();
    let axis = [r[0] / theta, r[1] / theta, r[2] / theta];
    let (sin, cos) = theta.sin_cos();
    let c = cross(axis, v);
    let along = dot(axis, v) * (1.0 - cos);
    [
        v[0] * cos + c[0] * sin + axis[0] * along,
        v[1] * cos + c[1] * sin + axis[1] * along,
        v[2] * cos + c[2] * sin + axis[2] * along,
    ]
}

/// A camera has an axis and angle, a position, a focal length, a principal point and two coefficients of its lens.
#[inline]
#[differentiate]
fn project(camera: &[f64; 11], point: &[f64; 3]) -> [f64; 2] {
    let [r1, r2, r3, x, y, z, focal, u0, v0, k1, k2] = *camera;
    let seen = rotate([r1, r2, r3], [point[0] - x, point[1] - y, point[2] - z]);
    let (u, v) = (seen[0] / seen[2], seen[1] / seen[2]);
    let square = u * u + v * v;
    let lens = 1.0 + k1 * square + k2 * square * square;
    [focal * lens * u + u0, focal * lens * v + v0]
}

/// How far from `feature` the camera sees the point, weighted.
#[inline]
#[differentiate]
pub fn reprojection(camera: &[f64; 11], point: &[f64; 3], weight: f64, #[constant] feature: &[f64; 2]) -> [f64; 2] {
    let [u, v] = project(camera, point);
    [weight * (u - feature[0]), weight * (v - feature[1])]
}

/// What is left of a weight that should be one.
#[inline]
#[differentiate]
pub fn weight_error(weight: f64) -> f64 {
    1.0 - weight * weight
}
