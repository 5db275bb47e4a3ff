//! The language accepted: types of arguments, locals and results.

#![allow(missing_docs, clippy::all)]

use ad_runtime::differentiate;
use ad_tests::check;

macro_rules! check32 {
    ($f:ident, $($args:tt)*) => { check!($f, $($args)*; step = 1e-2, tolerance = 1e-2) };
}

type Real = f64;
#[differentiate]
fn single(x: f32, y: f32) -> f32 {
    let z = x * y.sin() + 0.5;
    (z * z).sqrt() + f32::exp(-x) + std::f32::consts::PI * y
}

#[differentiate]
fn mixed_precision(x: f32, y: f64) -> f64 {
    let a = x as f64 * y;
    let b = (y as f32) * x;
    f64::from(x) + a * f64::from(b)
}

#[differentiate]
fn single_slice(x: &[f32]) -> f32 {
    let mut s = 0.0;
    for v in x {
        s += v * v;
    }
    s.sqrt()
}

#[test]
fn f32_and_mixtures() {
    check32!(single, 0.7f32, 1.1f32);
    check32!(mixed_precision, 0.7f32, 1.1);
    check32!(single_slice, &[1.0f32, 2.0, 0.5]);
    let g: (f32, f32) = single::grad(0.7, 1.1);
    assert!(g.0.is_finite() && g.1.is_finite());
    let j: (ndarray::Array2<f32>, ndarray::Array2<f64>) = mixed_precision::jacobian(0.7, 1.1);
    assert_eq!((j.0.dim(), j.1.dim()), ((1, 1), (1, 1)));
}

#[differentiate]
fn integers(x: f64, a: i8, b: i16, c: i32, d: i64, e: i128, f: isize) -> f64 {
    x * (a as f64 + b as f64 + c as f64) + x.powi(c) * d as f64 + (e % 7) as f64 * x + f as f64
}

#[differentiate]
fn unsigned(x: f64, a: u8, b: u16, c: u32, d: u64, e: u128, f: usize) -> f64 {
    let s = u64::from(a) + u64::from(b) + u64::from(c) + d;
    x * s as f64 + (e as f64) / x + f as f64 * x * f64::from(a) * f64::from(c)
}

#[differentiate]
fn flags(x: f64, up: bool, kind: char) -> f64 {
    let y = if up && kind != 'z' { x.exp() } else { x };
    match kind {
        'a' => y * x,
        'b'..='f' => y.sin(),
        _ if !up => y / 2.0,
        _ => y.cos(),
    }
}

#[differentiate]
fn named(x: f64, unit: &str) -> f64 {
    if unit == "deg" { x.to_radians().sin() } else { x.sin() }
}

#[test]
fn integers_bools_chars_and_names() {
    check!(integers, 1.3, 1, -2, 3, 4, 5, -6);
    check!(unsigned, 1.3, 1, 2, 3, 4, 5, 6);
    for kind in ['a', 'c', 'x', 'z'] {
        check!(flags, 0.3, true, kind);
        check!(flags, 0.3, false, kind);
    }
    check!(named, 30.0, "deg");
    check!(named, 0.3, "rad");
}

#[differentiate]
fn by_value(a: [f64; 3], m: [[f64; 2]; 2], v: Vec<f64>, vv: Vec<Vec<f64>>, t: (f64, (f64, usize))) -> f64 {
    let (p, (q, k)) = t;
    a[0] * m[1][0] + v[k] * vv[0][1] * p + a[2] * q + m[0][1] + vv[1][0] * vv[1][0]
}

#[differentiate]
fn by_reference(a: &[f64; 3], m: &[[f64; 3]], v: &Vec<f64>, vv: &[Vec<f64>], t: &(f64, f64), s: &f64) -> f64 {
    let mut sum = *s;
    for row in m {
        for (x, y) in row.iter().zip(a) {
            sum += x * y;
        }
    }
    for row in vv {
        sum += row.len() as f64 * row[0].sin();
    }
    sum * t.0 + v[0] * t.1 + *s * s.exp()
}

#[differentiate]
fn cube(c: &[[[f64; 2]; 2]; 2]) -> f64 {
    let mut s = 1.0;
    for i in 0..2 {
        for j in 0..2 {
            s *= c[i][j][0] + c[j][i][1];
        }
    }
    s
}

#[differentiate]
#[allow(dead_code, reason = "its derivative is what is called")]
fn references_of_references(x: &&[f64], rows: &[&[f64]]) -> f64 {
    x[0] * rows[0][1] + rows[1][0] * x[1]
}

#[test]
fn arrays_vecs_tuples_and_references() {
    check!(
        by_value,
        [1.0, 2.0, 3.0],
        [[0.1, 0.2], [0.3, 0.4]],
        vec![5.0, 6.0],
        vec![vec![7.0, 8.0], vec![9.0]],
        (1.5, (2.5, 1))
    );
    check!(
        by_reference,
        &[1.0, 2.0, 3.0],
        &[[0.1, 0.2, 0.3], [1.1, 1.2, 1.3]],
        &vec![5.0, 6.0],
        &[vec![7.0, 8.0], vec![9.0]],
        &(1.5, 2.5),
        &0.3
    );
    // References inside references cannot be filled from a list of floats, so there is no `Function` to check.
    let g = references_of_references::grad(&&[1.0, 2.0][..], &[&[3.0, 4.0], &[5.0]]);
    assert_eq!(g, (vec![4.0, 5.0], vec![vec![0.0, 1.0], vec![2.0]]));
    check!(cube, &[[[1.0, 2.0], [0.5, 0.25]], [[1.5, 2.5], [0.75, 0.3]]]);
}

#[differentiate]
fn aliases(x: f64, v: &[f64; 3]) -> f64 {
    type Local = f64;
    let y: Local = x * 2.0;
    let z: Real = y + 1.0;
    let y = z - 1.0;
    y * v[0] + x
}

#[differentiate]
fn value_and_place(x: &[f64]) -> (f64, usize) {
    let (mut best, mut at) = (f64::NEG_INFINITY, 0);
    for (i, &v) in x.iter().enumerate() {
        if v * v > best {
            best = v * v;
            at = i;
        }
    }
    (best, at)
}

#[differentiate]
fn value_and_flag(x: f64, n: i32) -> (bool, [f64; 2], i32, f64) {
    (x > 0.0, [x, x * x], n + 1, x.sin())
}

#[differentiate]
fn nested_result(x: &[f64]) -> (Vec<f64>, ([f64; 2], f64), Vec<Vec<f64>>) {
    let squares: Vec<f64> = x.iter().map(|v| v * v).collect();
    let grid = vec![vec![x[0] * x[1]; 2], x.to_vec()];
    (squares, ([x[0], x[1].exp()], x[0] / x[1]), grid)
}

#[differentiate]
fn matrix(a: f64) -> [[f64; 2]; 2] {
    [[a.cos(), -a.sin()], [a.sin(), a.cos()]]
}

#[differentiate]
fn one_tuple(a: f64) -> (f64,) {
    (a * a,)
}

#[test]
fn results_of_all_shapes() {
    check!(value_and_place, &[1.0, -3.0, 2.0]);
    let ((y, at), pullback) = value_and_place::vjp(&[1.0, -3.0, 2.0]);
    assert_eq!((y, at), (9.0, 1));
    assert_eq!(pullback((1.0, ())), [0.0, -6.0, 0.0]);
    check!(value_and_flag, 0.5, 3);
    check!(nested_result, &[1.5, 0.5]);
    check!(matrix, 0.3);
    check!(one_tuple, 0.3);
    check!(aliases, 0.3, &[1.0, 2.0, 3.0]);
}

#[differentiate]
fn borrowed<'a>(x: &'a [f64], n: usize) -> &'a [f64] {
    &x[n..]
}

#[differentiate]
fn elided(x: &[f64]) -> &[f64] {
    &x[x.len() / 2..]
}

#[differentiate]
fn use_borrowed(x: &[f64]) -> f64 {
    let t = borrowed(x, 1);
    t[0] * t[1] + x[0]
}

#[test]
fn references_in_results() {
    check!(borrowed, &[1.0, 2.0, 3.0], 1);
    check!(elided, &[1.0, 2.0, 3.0]);
    check!(use_borrowed, &[1.0, 2.0, 3.0]);
}

#[differentiate]
fn dimension<const N: usize>(x: &[f64; N], y: [f64; N]) -> f64 {
    let mut s = 0.0;
    for i in 0..N {
        s += x[i] * y[i].sin();
    }
    let scaled = [s; N];
    scaled[N - 1] * N as f64
}

#[differentiate]
fn product<const N: usize, const M: usize, const P: usize>(a: &[[f64; M]; N], b: &[[f64; P]; M]) -> [[f64; P]; N] {
    let mut c = [[0.0; P]; N];
    for i in 0..N {
        for j in 0..P {
            for k in 0..M {
                c[i][j] += a[i][k] * b[k][j];
            }
        }
    }
    c
}

#[differentiate]
fn with_lifetimes<'a, 'b: 'a>(x: &'a [f64], y: &'b [f64], #[constant] w: &'b [f64]) -> f64 {
    x.iter().zip(y).zip(w).map(|((a, b), c)| a * b * c).sum()
}

#[test]
fn const_generics_and_lifetimes() {
    check!(dimension, &[1.0, 2.0], [0.5, 0.25]);
    check!(product, &[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], &[[0.1], [0.2], [0.3]]);
    check!(with_lifetimes, &[1.0, 2.0], &[0.5, 0.25], &[2.0, 3.0]);
    assert_eq!(dimension::grad::<1>(&[1.0], [0.0]), ([0.0], [1.0]));
}
