//! The surface: `&mut` arguments in all modes, pullbacks called again, shadows that hold something, Jacobians.

#![allow(missing_docs, unused, non_snake_case, non_upper_case_globals, clippy::all)]

use ad_runtime::differentiate;
use ad_tests::check;

#[differentiate]
fn inout(u: &mut [f64], x: f64, out: &mut f64) {
    let n = u.len();
    for i in 0..n {
        u[i] = u[i] * x + *out;
        *out = *out * u[i];
    }
}
#[differentiate]
fn mixed(x: &[f64], u: &mut [f64], k: f64) -> (f64, [f64; 2]) {
    u[0] *= k * x[0];
    u[1] = x[1] * u[0];
    (u[0] * u[1], [x[0], k * u[1]])
}
#[differentiate]
fn overwritten(u: &mut [f64], x: f64) {
    for v in u.iter_mut() {
        *v = x * x;
    }
}
#[differentiate]
fn unread(u: &mut [f64], x: f64, #[constant] c: f64, n: usize) -> f64 {
    x * c * n as f64
}
#[differentiate]
fn vec_param(v: &mut Vec<f64>, x: f64) -> f64 {
    v.push(x * v[0]);
    let n = v.len();
    v[n - 1] * v[0]
}
#[differentiate]
fn mut_array(a: &mut [f64; 2], t: &mut (f64, f64), m: &mut [[f64; 2]; 2]) -> f64 {
    a[0] *= t.0;
    t.1 = a[0] * a[1];
    m[1][0] = t.1 * m[0][1];
    a.swap(0, 1);
    *a = [a[1] * 2.0, m[1][0]];
    t.0 = 1.0;
    a[0] * t.1
}
#[differentiate]
fn matrix(m: &[Vec<f64>], x: &[f64]) -> Vec<f64> {
    let mut o = vec![0.0; m.len()];
    for (i, r) in m.iter().enumerate() {
        for (a, b) in r.iter().zip(x) {
            o[i] += a * b * b;
        }
    }
    o
}
#[differentiate]
fn square(x: &[f64]) -> Vec<f64> {
    x.iter().map(|v| v * v).collect()
}
#[differentiate]
fn to_arrays(x: [f64; 3]) -> ([f64; 2], f64) {
    ([x[0] * x[1], x[2]], x[0] * x[2])
}
#[differentiate]
fn single(x: f64) -> f64 {
    x * x * x
}
#[differentiate]
fn f32_vec(x: &[f32], k: f32) -> f32 {
    let mut s = 0f32;
    for v in x {
        s += v * v * k;
    }
    s
}
#[differentiate]
fn early(u: &mut [f64], x: f64) -> f64 {
    if u.is_empty() {
        return x * x;
    }
    u[0] += x;
    if u[0] > 3.0 {
        u[0] = 0.0;
        return u[0] * x;
    }
    u[0] *= u[0];
    for v in u.iter_mut() {
        if *v < 0.0 {
            *v = -*v * x;
            return *v;
        }
    }
    u[0] * x
}
#[differentiate]
fn y_last(x: f64, y: &mut [f64]) {
    y[0] *= x;
    y[1] += x * y[0];
}

#[test]
fn checks() {
    check!(inout, &mut [0.5, 0.7, 0.9], 1.1, &mut 0.3);
    check!(inout, &mut [], 1.1, &mut 0.3);
    check!(mixed, &[0.5, 0.7], &mut [0.9, 1.1], 1.3);
    check!(overwritten, &mut [0.5, 0.7], 0.9);
    check!(unread, &mut [0.5], 0.7, 0.9, 2);
    check!(mut_array, &mut [0.5, 0.7], &mut (0.9, 1.1), &mut [[0.3, 0.4], [0.5, 0.6]]);
    check!(matrix, &[vec![0.5, 0.7], vec![0.9, 1.1, 1.3], vec![]], &[0.3, 0.4]);
    check!(square, &[0.5, 0.7]);
    check!(to_arrays, [0.5, 0.7, 0.9]);
    check!(early, &mut [0.5, -0.7], 1.1);
    check!(early, &mut [2.5, -0.7], 1.1);
    check!(early, &mut [], 1.1);
    check!(early, &mut [0.5, 0.7], 1.1);
    check!(y_last, 0.5, &mut [2.0, 3.0]);
}

#[test]
fn surface() {
    // jvp on &mut
    let mut u = [0.5, 0.7];
    let mut o = 0.3;
    let mut ut = [1.0, 0.0];
    let mut ot = 0.0;
    inout::jvp((&mut u, 1.1, &mut o), (&mut ut, 0.0, &mut ot));
    let h = 1e-6;
    let run = |e: f64| {
        let mut u = [0.5 + e, 0.7];
        let mut o = 0.3;
        inout(&mut u, 1.1, &mut o);
        (u, o)
    };
    let (p, m) = (run(h), run(-h));
    for i in 0..2 {
        assert!(((p.0[i] - m.0[i]) / (2.0 * h) - ut[i]).abs() < 1e-8);
    }
    assert!(((p.1 - m.1) / (2.0 * h) - ot).abs() < 1e-8);
    assert_eq!(u, run(0.0).0);
    // pullback many times, different seeds, linear
    let mut u = [0.9, 1.1];
    let ((y, a), pull) = mixed::vjp(&[0.5, 0.7], &mut u, 1.3);
    u[0] = 77.0;
    let g1 = pull(((1.0, [0.0, 0.0]), &[0.0, 0.0]));
    let g2 = pull(((2.0, [0.0, 0.0]), &[0.0, 0.0]));
    let g3 = pull(((1.0, [0.0, 0.0]), &[0.0, 0.0]));
    assert_eq!(g1, g3);
    assert_eq!(g1.0[0] * 2.0, g2.0[0]);
    assert_eq!(g1.2 * 2.0, g2.2);
    // adjoint accumulates into what shadows hold
    let mut xs = vec![10.0, 20.0];
    let mut us = vec![0.0, 0.0];
    let mut ks = 100.0;
    let mut u = [0.9, 1.1];
    mixed::adjoint(&[0.5, 0.7], &mut u, 1.3, &mut xs[..], &mut us[..], &mut ks, (1.0, [0.0, 0.0]));
    assert_eq!(xs[0], 10.0 + g1.0[0]);
    assert_eq!(xs[1], 20.0 + g1.0[1]);
    assert_eq!(ks, 100.0 + g1.2);
    assert_eq!(us, g1.1);
    // into: overwrites
    let mut b = [f64::NAN; 2];
    let y = f32_vec::value_and_grad(&[1.0, 2.0], 3.0);
    assert_eq!(y, (15.0, (vec![6.0, 12.0], 5.0)));
    let mut gx = [f32::NAN; 2];
    let mut gk = f32::NAN;
    assert_eq!(f32_vec::value_and_grad_into(&[1.0, 2.0], 3.0, &mut gx, &mut gk), 15.0);
    assert_eq!((gx, gk), ([6.0, 12.0], 5.0));
    // jacobians
    let j = to_arrays::jacobian([0.5, 0.7, 0.9]);
    assert_eq!(j.dim(), (3, 3));
    assert_eq!(j[[0, 1]], 0.5);
    assert_eq!(j[[1, 2]], 1.0);
    assert_eq!(j[[2, 0]], 0.9);
    let (jm, jx) = matrix::jacobian(&[vec![0.5, 0.7], vec![0.9, 1.1, 1.3], vec![]], &[0.3, 0.4]);
    assert_eq!(jm.dim(), (3, 5));
    assert_eq!(jx.dim(), (3, 2));
    assert_eq!(jm[[1, 2]], 0.09);
    assert_eq!(jm[[1, 4]], 0.0);
    assert_eq!(jx[[2, 0]], 0.0);
    let j = square::jacobian(&[]);
    assert_eq!(j.dim(), (0, 0));
    assert_eq!(square::jacobian(&[2.0, 3.0])[[1, 1]], 6.0);
    let mut buf = [f64::NAN; 4];
    square::jacobian_into(&[2.0, 3.0], &mut buf);
    assert_eq!(buf, [4.0, 0.0, 0.0, 6.0]);
    assert_eq!(single::jacobian(2.0)[[0, 0]], 12.0);
    let mut u = [0.5, 0.7];
    let j = overwritten::jacobian(&mut u, 0.9);
    assert_eq!(j.dim(), (2, 1));
    assert_eq!(j[[1, 0]], 1.8);
    let mut u = [0.5];
    assert_eq!(unread::grad(&mut u, 0.7, 3.0, 2), (vec![0.0], 6.0));
    let (_, pull) = overwritten::vjp(&mut [0.5, 0.7], 0.9);
    assert_eq!(pull(&[1.0, 2.0]), (vec![0.0, 0.0], 5.4));
    // Vec that grows
    let mut v = vec![2.0, 3.0];
    let (y, pull) = vec_param::vjp(&mut v, 5.0);
    assert_eq!((y, pull((1.0, &[0.0, 0.0, 1.0]))), (20.0, (vec![25.0, 0.0], 6.0)));
    let mut v = vec![2.0, 3.0];
    assert_eq!(vec_param::grad(&mut v, 5.0), (vec![20.0, 0.0], 4.0));
    assert!(
        std::panic::catch_unwind(|| {
            let (_, p) = square::vjp(&[1.0, 2.0]);
            p(&[1.0])
        })
        .is_err()
    );
    assert!(
        std::panic::catch_unwind(|| {
            let mut b = [0.0; 3];
            square::jacobian_into(&[2.0, 3.0], &mut b)
        })
        .is_err()
    );
}
