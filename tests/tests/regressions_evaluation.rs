//! What is copied, or taken off a Vec, before something else in the same expression changes where it came from: values and
//! gradients were those of after the change.

#![allow(missing_docs)]

use ad_runtime::{Differentiable, check_grad, differentiate};

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Pair {
    a: Vec<f64>,
    b: f64,
}

#[differentiate]
fn bump(v: &mut [f64]) -> f64 {
    v[0] *= 2.0;
    v[1] * v[0]
}

#[differentiate]
fn of_both(a: Vec<f64>, b: f64) -> f64 {
    a[0] * b + a[1]
}

#[differentiate]
fn as_arguments(xs: &[f64]) -> f64 {
    let mut v = xs.to_vec();
    of_both(v.clone(), bump(&mut v)) + v[0]
}

#[differentiate]
fn as_fields(xs: &[f64]) -> f64 {
    let mut v = xs.to_vec();
    let s = Pair { a: v.clone(), b: bump(&mut v) };
    s.a[0] * s.b + v[0]
}

#[differentiate]
fn as_parts(xs: &[f64]) -> f64 {
    let mut v = xs.to_vec();
    let (a, b) = (v.clone(), {
        v[0] *= v[1];
        v[0]
    });
    a[0] * b + v[0]
}

#[differentiate]
fn as_elements(xs: &[f64]) -> f64 {
    let mut s = Pair { a: xs.to_vec(), b: xs[0] };
    let t = [s.clone(), {
        s.a[0] *= s.b;
        s.b *= 3.0;
        s.clone()
    }];
    t[0].a[0] * t[0].b + t[1].a[0] * t[1].b
}

#[test]
fn copies() {
    let xs = [0.5, 0.9, 0.8];
    check_grad!(as_arguments, &xs[..]);
    check_grad!(as_fields, &xs[..]);
    check_grad!(as_parts, &xs[..]);
    check_grad!(as_elements, &xs[..]);
    // 2 a² b + b + 2 a
    assert_eq!(as_arguments::grad(&xs), [4.0 * 0.5 * 0.9 + 2.0, 2.0 * 0.5 * 0.5 + 1.0, 0.0]);
}

// ---- `pop` of what is no number --------------------------------------------------------------------------------

#[differentiate]
fn popped_struct(xs: &[f64]) -> f64 {
    let mut items: Vec<Pair> = xs.iter().map(|&x| Pair { a: vec![x, x * x], b: x }).collect();
    items[0].b *= xs[1];
    let last = items.pop().unwrap();
    last.a[1] * last.b * items[0].b
}

#[differentiate]
fn popped_arrays(xs: &[f64]) -> f64 {
    let mut stack: Vec<[f64; 2]> = Vec::new();
    let mut sum = 0.0;
    for x in xs {
        stack.push([*x, x * x]);
        if stack.len() > 1 {
            let a = stack.pop().unwrap();
            let b = stack.pop().unwrap();
            sum += a[0] * b[1];
            stack.push([a[0] * b[0], sum]);
        }
    }
    let [p, q] = stack.pop().unwrap();
    p * q + sum
}

#[differentiate]
fn popped_vecs(xs: &[f64]) -> f64 {
    let mut stack: Vec<Vec<f64>> = vec![xs.to_vec(), xs.iter().map(|x| x * x).collect()];
    let a = stack.pop().unwrap();
    if let Some(mut b) = stack.pop() {
        b[0] *= a[1];
        stack.push(b);
    }
    stack.pop().map_or(0.0, |v| v.iter().product()) * a[0]
}

#[differentiate]
fn popped_pairs(xs: &[f64], k: f64) -> f64 {
    let mut stack: Vec<(f64, usize)> = vec![(xs[0], 0)];
    let mut out = 0.0;
    while let Some((v, depth)) = stack.pop() {
        out += v * k;
        if depth < 2 {
            stack.push((v * xs[depth], depth + 1));
            stack.push((v + k, depth + 1));
        }
    }
    out
}

#[test]
fn popped() {
    let xs = [0.5, 0.9, 0.8];
    check_grad!(popped_struct, &xs[..]);
    check_grad!(popped_arrays, &xs[..]);
    check_grad!(popped_vecs, &xs[..]);
    check_grad!(popped_pairs, &xs[..], 0.3);
}

// ---- what a guard writes ---------------------------------------------------------------------------------------

#[differentiate]
fn guarded(xs: &[f64]) -> f64 {
    let mut v = xs.to_vec();
    let m = match v.clone() {
        w if {
            v[0] = 2.0 * v[1];
            w[0] < 1.0
        } =>
        {
            w[0] * v[0]
        }
        w => w[1],
    };
    m + v[0]
}

#[test]
fn guards_that_write() {
    check_grad!(guarded, &[0.5, 0.9, 0.8][..]);
    // 2 a b + 2 b
    assert_eq!(guarded::grad(&[0.5, 0.9]), [1.8, 3.0]);
}
