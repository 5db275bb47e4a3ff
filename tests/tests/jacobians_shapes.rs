//! Jacobians of arguments and results of all shapes, in both modes, against matrices by hand.

use ad_runtime::{Differentiable, differentiate};
use std::cell::Cell;

/// All three modes overwrite what the buffers held with the expected numbers, and so does a matrix.
macro_rules! check {
    ($f:ident($($arg:expr),*): $($expected:expr),+) => {{
        check!(@one $f jacobian_into ($($arg),*) $($expected),+);
        check!(@one $f jacobian_fwd_into ($($arg),*) $($expected),+);
        check!(@one $f jacobian_rev_into ($($arg),*) $($expected),+);
    }};
    (@one $f:ident $form:ident $args:tt $a:expr) => {{
        let mut a = $a.map(|_| f64::NAN);
        check!(@call $f $form $args a);
        assert_eq!(a, $a, "{}", stringify!($form));
    }};
    (@one $f:ident $form:ident $args:tt $a:expr, $b:expr) => {{
        let (mut a, mut b) = ($a.map(|_| f64::NAN), $b.map(|_| f64::NAN));
        check!(@call $f $form $args a, b);
        assert_eq!((a, b), ($a, $b), "{}", stringify!($form));
    }};
    (@one $f:ident $form:ident $args:tt $a:expr, $b:expr, $c:expr) => {{
        let (mut a, mut b, mut c) = ($a.map(|_| f64::NAN), $b.map(|_| f64::NAN), $c.map(|_| f64::NAN));
        check!(@call $f $form $args a, b, c);
        assert_eq!((a, b, c), ($a, $b, $c), "{}", stringify!($form));
    }};
    (@call $f:ident $form:ident ($($arg:expr),*) $($out:ident),+) => { $f::$form($($arg,)* $(&mut $out),+) };
}

/// A float, an array and a slice: rows that are shadows.
#[differentiate]
fn in_place(a: f64, b: [f64; 2], c: &[f64]) -> [f64; 3] {
    [a * b[0], c[0] * b[1], a * a + c[1]]
}

#[test]
fn floats_arrays_and_slices() {
    check!(in_place(2.0, [3.0, 5.0], &[7.0, 11.0]):
        [3.0, 0.0, 4.0], [2.0, 0.0, 0.0, 7.0, 0.0, 0.0], [0.0, 0.0, 5.0, 0.0, 0.0, 1.0]);
    let (a, b, c) = in_place::jacobian(2.0, [3.0, 5.0], &[7.0, 11.0]);
    assert_eq!((a.dim(), b.dim(), c.dim()), ((3, 1), (3, 2), (3, 2)));
    assert_eq!((a[[2, 0]], b[[1, 1]], c[[1, 0]]), (4.0, 7.0, 5.0));
}

/// References to arrays, a Vec by value, and an empty one.
#[differentiate]
fn borrowed(a: &[f64; 2], b: Vec<f64>, #[constant] k: f64) -> (f64, f64) {
    (k * a[0] * a[1], a[1] + b.iter().sum::<f64>())
}

#[test]
fn references_and_vecs() {
    check!(borrowed(&[2.0, 3.0], vec![1.0, 4.0], 10.0): [30.0, 20.0, 0.0, 1.0], [0.0, 0.0, 1.0, 1.0]);
    check!(borrowed(&[2.0, 3.0], vec![], 10.0): [30.0, 20.0, 0.0, 1.0], [0.0; 0]);
}

/// Rows that are copied: arrays of arrays, tuples with integers in them, Vecs of Vecs of different lengths.
#[differentiate]
fn nested(a: [[f64; 2]; 2], b: (f64, usize, [f64; 2]), c: &[Vec<f64>]) -> [[f64; 2]; 2] {
    [[a[0][1] * b.0, a[1][0]], [b.2[1] * c[0][1], b.2[0] * c[2][0] * b.1 as f64]]
}

#[test]
fn nested_arguments() {
    let c = [vec![1.0, 2.0], vec![], vec![3.0]];
    check!(nested([[1.0, 2.0], [3.0, 4.0]], (5.0, 7, [6.0, 8.0]), &c):
        [0.0, 5.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        [2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 2.0, 0.0, 21.0, 0.0],
        [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 8.0, 0.0, 0.0, 0.0, 42.0]);
}

/// Results of nested Vecs, more rows than columns and fewer.
#[differentiate]
fn ragged(x: &[f64], rows: usize) -> Vec<Vec<[f64; 2]>> {
    let mut out = Vec::new();
    for i in 0..rows {
        let mut row = Vec::new();
        for j in 0..i {
            row.push([x[0] * (i + j) as f64, x[1] * x[1]]);
        }
        out.push(row);
    }
    out
}

#[test]
fn nested_results() {
    let x = [3.0, 5.0, 0.0, 0.0];
    check!(ragged(&x, 2): [1.0, 0.0, 0.0, 0.0, 0.0, 10.0, 0.0, 0.0]);
    let row = |k: f64| [k, 0.0, 0.0, 0.0, 0.0, 10.0, 0.0, 0.0];
    let mut j = [[f64::NAN; 8]; 3];
    ragged::jacobian_into(&x, 3, j.as_flattened_mut());
    assert_eq!(j, [row(1.0), row(2.0), row(3.0)]);
    ragged::jacobian_rev_into(&x, 3, j.as_flattened_mut());
    assert_eq!(j, [row(1.0), row(2.0), row(3.0)]);
    assert_eq!(ragged::jacobian(&x, 1).dim(), (0, 4));
}

/// A scalar.
#[differentiate]
fn scalar(x: &[f64; 2], y: f64) -> f64 {
    x[0] * x[0] * x[1] + y
}

#[test]
fn a_scalar_result() {
    check!(scalar(&[3.0, 4.0], 1.0): [24.0, 9.0], [1.0]);
    assert_eq!(scalar::jacobian(&[3.0, 4.0], 1.0).0.dim(), (1, 2));
}

#[derive(Clone, Differentiable)]
struct Spring {
    stiffness: f64,
    #[constant]
    ends: Vec<f64>,
    at: [f64; 2],
}

#[derive(Clone, Differentiable)]
enum Shape {
    Disc { radius: f64 },
    Box(Vec<f64>, #[constant] f64),
}

/// Structs and enums as columns and rows. Their constant fields are neither.
#[differentiate]
fn stretched(spring: &Spring, shape: Shape, x: &[f64]) -> Spring {
    let size = match &shape {
        Shape::Disc { radius } => radius * radius,
        Shape::Box(sides, k) => k * sides[0] * sides[1],
    };
    let mut out = spring.clone();
    out.stiffness = spring.stiffness * spring.ends[0] * x[1];
    out.at = [spring.at[1] + size, x[0] * size];
    out
}

#[test]
fn structs() {
    let spring = Spring { stiffness: 2.0, ends: vec![10.0, 20.0, 30.0], at: [3.0, 4.0] };
    check!(stretched(&spring, Shape::Disc { radius: 5.0 }, &[7.0, 0.5]):
        [5.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0], [0.0, 10.0, 70.0], [0.0, 20.0, 0.0, 0.0, 25.0, 0.0]);
    check!(stretched(&spring, Shape::Box(vec![2.0, 3.0], 4.0), &[7.0, 0.5]):
        [5.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0],
        [0.0, 0.0, 12.0, 8.0, 84.0, 56.0],
        [0.0, 20.0, 0.0, 0.0, 24.0, 0.0]);
}

/// Several `&mut` arguments and no result: rows are their final values, one after the other. What they held is not
/// a column, and each sweep begins with it.
#[differentiate]
fn steps(x: &[f64; 2], u: &mut [f64], v: &mut [f64; 2], #[constant] scratch: &mut [f64], count: usize) {
    for _ in 0..count {
        scratch[0] = x[0] * u[0];
        u[1] += scratch[0];
        u[0] *= x[0];
        v[0] += u[0] * x[1];
        v[1] = x[1] * x[1];
    }
}

#[test]
fn several_buffers() {
    // u1: 2a + 2a^2; u0: 2a^2; v0: 2ab + 2a^2 b; v1: b^2, at a = 3, b = 5.
    let expected = [12.0, 0.0, 14.0, 0.0, 70.0, 24.0, 0.0, 10.0];
    type Form = fn(&[f64; 2], &mut [f64], &mut [f64; 2], &mut [f64], usize, &mut [f64]);
    let forms: [Form; 3] = [steps::jacobian_into, steps::jacobian_fwd_into, steps::jacobian_rev_into];
    for form in forms {
        let (mut u, mut v, mut scratch, mut j) = ([2.0, 1.0], [1.0, 1.0], [0.0], [f64::NAN; 8]);
        form(&[3.0, 5.0], &mut u, &mut v, &mut scratch, 2, &mut j);
        assert_eq!((j, u, v, scratch), (expected, [18.0, 25.0], [121.0, 25.0], [18.0]));
    }
}

/// A buffer that grows, with and without a result.
#[differentiate]
fn grown(x: &[f64], u: &mut Vec<f64>) {
    for &x in x {
        u.push(x * x);
    }
    u[0] *= x[0];
}

#[differentiate]
fn grown_with(x: &[f64], u: &mut Vec<f64>) -> [f64; 2] {
    u.push(x[0] * x[1]);
    [u[1] * u[0], u[1]]
}

#[test]
fn a_buffer_that_grows() {
    type Form = fn(&[f64], &mut Vec<f64>, &mut [f64]);
    let forms: [Form; 3] = [grown::jacobian_into, grown::jacobian_fwd_into, grown::jacobian_rev_into];
    for form in forms {
        let (mut u, mut j) = (vec![7.0], [f64::NAN; 6]);
        form(&[3.0, 5.0], &mut u, &mut j);
        assert_eq!((u, j), (vec![21.0, 9.0, 25.0], [7.0, 0.0, 6.0, 0.0, 0.0, 10.0]));
    }
    let forms: [Form; 3] = [grown_with::jacobian_into, grown_with::jacobian_fwd_into, grown_with::jacobian_rev_into];
    for form in forms {
        let (mut u, mut j) = (vec![7.0], [f64::NAN; 4]);
        form(&[3.0, 5.0], &mut u, &mut j);
        assert_eq!((u, j), (vec![7.0, 15.0], [35.0, 21.0, 5.0, 3.0]));
    }
}

/// Of the tangent's own precision, and of a parameter's.
#[differentiate]
fn single(x: [f32; 2], y: f64) -> (f32, f64) {
    (x[0] * x[1], y * y)
}

#[differentiate]
fn of_any<T: num_traits::Float>(x: &[T], y: T) -> [T; 2] {
    [x[0] * y, x[1] * x[1]]
}

#[test]
fn precisions() {
    for form in [single::jacobian_into, single::jacobian_fwd_into, single::jacobian_rev_into] {
        let (mut x, mut y) = ([f32::NAN; 4], [f64::NAN; 2]);
        form([2.0, 3.0], 5.0, &mut x, &mut y);
        assert_eq!((x, y), ([3.0, 2.0, 0.0, 0.0], [0.0, 10.0]));
    }
    let (mut x, mut y) = ([f32::NAN; 4], [f32::NAN; 2]);
    of_any::jacobian_into(&[2.0, 3.0], 5.0, &mut x, &mut y);
    assert_eq!((x, y), ([5.0, 0.0, 0.0, 6.0], [2.0, 0.0]));
}

#[derive(Clone, Differentiable)]
struct Lens {
    power: f64,
}

#[differentiate]
impl Lens {
    fn bend(&self, #[constant] by: f64, x: [f64; 2]) -> [f64; 3] {
        [by * x[0] * self.power, x[1], self.power]
    }
}

#[test]
fn methods() {
    let lens = Lens { power: 2.0 };
    for form in [Lens::bend_jacobian_into, Lens::bend_jacobian_fwd_into, Lens::bend_jacobian_rev_into] {
        let (mut power, mut x) = ([f64::NAN; 3], [f64::NAN; 6]);
        form(&lens, 3.0, [5.0, 7.0], &mut power, &mut x);
        assert_eq!((power, x), ([15.0, 0.0, 1.0], [6.0, 0.0, 0.0, 1.0, 0.0, 0.0]));
    }
}

#[test]
#[should_panic(
    expected = "in_place::jacobian_rev_into: the buffer for the Jacobian of `c` must have 6 elements, but has 5"
)]
fn a_short_buffer_of_rows() {
    in_place::jacobian_rev_into(2.0, [3.0, 5.0], &[7.0, 11.0], &mut [0.0; 3], &mut [0.0; 6], &mut [0.0; 5]);
}

#[test]
#[should_panic(
    expected = "nested::jacobian_fwd_into: the buffer for the Jacobian of `b` must have 12 elements, but has 13"
)]
fn a_long_buffer_of_columns() {
    let c = [vec![1.0, 2.0], vec![], vec![3.0]];
    let (mut a, mut b) = ([0.0; 16], [0.0; 13]);
    nested::jacobian_fwd_into([[1.0, 2.0], [3.0, 4.0]], (5.0, 7, [6.0, 8.0]), &c, &mut a, &mut b, &mut [0.0; 12]);
}

thread_local! {
    static CALLS: Cell<usize> = const { Cell::new(0) };
}

/// One more each time.
#[differentiate(vjp = calls_vjp, jvp = calls_jvp)]
fn calls(_x: f64) -> f64 {
    CALLS.set(CALLS.get() + 1);
    CALLS.get() as f64
}

fn calls_vjp(x: f64) -> (f64, impl Fn(f64) -> f64) {
    (calls(x), |_| 0.0)
}

fn calls_jvp(x: f64, _dot: f64) -> (f64, f64) {
    (calls(x), 0.0)
}

#[differentiate]
fn longer(x: &[f64; 2]) -> Vec<f64> {
    let mut out = vec![x[0] * x[1]];
    for _ in 0..calls(x[0]) as usize {
        out.push(x[1]);
    }
    out
}

#[test]
#[should_panic(
    expected = "longer::jacobian_fwd_into: one evaluation gives 2 numbers, and the next, of the same arguments, 3"
)]
fn a_result_of_another_length() {
    longer::jacobian_fwd_into(&[1.0, 2.0], &mut [0.0; 4]);
}
