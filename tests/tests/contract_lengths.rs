//! The contract: buffers, seeds and tangents of the wrong length panic, naming function, argument, expected and found.

#![allow(missing_docs, clippy::all)]

use ad_runtime::{Const, Pass, differentiate, func};

#[differentiate]
fn norm(a: f64, xs: &[f64], n: usize) -> f64 {
    let mut s = a;
    for i in 0..n {
        s += xs[i] * xs[i];
    }
    s
}

#[differentiate]
fn squares(x: &[f64]) -> Vec<f64> {
    x.iter().map(|v| v * v).collect()
}

#[differentiate]
fn scale(u: &mut [f64], c: f64) {
    for v in u.iter_mut() {
        *v *= c;
    }
}

#[differentiate]
fn rows(m: &[Vec<f64>]) -> f64 {
    m[1][0]
}

const X: [f64; 3] = [1.0, 2.0, 3.0];

#[test]
#[should_panic(
    expected = "norm::value_and_grad_into: the buffer for the gradient of `xs` must have 3 elements, but has 2"
)]
fn value_and_grad_into() {
    norm::value_and_grad_into(0.5, &X, 3, &mut 0.0, &mut [0.0; 2]);
}

#[test]
#[should_panic(
    expected = "norm::value_and_grad_into: the buffer for the gradient of `xs` must have 3 elements, but has 4"
)]
fn value_and_grad_into_longer() {
    norm::value_and_grad_into(0.5, &X, 3, &mut 0.0, &mut [0.0; 4]);
}

#[test]
#[should_panic(expected = "norm::jvp: the tangent of `xs` must have 3 elements, but has 1")]
fn jvp() {
    let _ = norm::jvp((0.5, &X, 3), (0.0, &[1.0]));
}

#[test]
#[should_panic(expected = "scale::jvp: the tangent of `u` must have 3 elements, but has 2")]
fn jvp_of_a_mutable_argument() {
    scale::jvp((&mut [1.0, 2.0, 3.0], 2.0), (&mut [0.0; 2], 1.0));
}

#[test]
#[should_panic(expected = "the pullback of squares: the cotangent of the result must have 3 elements, but has 1")]
fn seed() {
    squares::vjp(&X).1(&[1.0]);
}

#[test]
#[should_panic(expected = "the pullback of squares: the cotangent of the result must have 3 elements, but has 0")]
fn empty_seed() {
    squares::vjp(&X).1(&[]);
}

#[test]
#[should_panic(expected = "the pullback of scale: the cotangent of `u` must have 3 elements, but has 2")]
fn seed_of_a_mutable_argument() {
    scale::vjp(&mut [1.0, 2.0, 3.0], 2.0).1(&[1.0, 1.0]);
}

#[test]
#[should_panic(expected = "squares::jacobian_into: the buffer for the Jacobian of `x` must have 9 elements, but has 3")]
fn jacobian_into() {
    squares::jacobian_into(&X, &mut [0.0; 3]);
}

#[test]
#[should_panic(expected = "norm::adjoint: the shadow of `xs` must have 3 elements, but has 2")]
fn adjoint_shadow() {
    norm::adjoint(0.5, &X, 2, Const, &mut [0.0; 2][..], Const, 1.0);
}

#[test]
#[should_panic(expected = "squares::adjoint: the cotangent of the result must have 3 elements, but has 2")]
fn adjoint_seed() {
    squares::adjoint(&X, &mut [0.0; 3][..], &[1.0, 1.0]);
}

#[test]
#[should_panic(expected = "scale::adjoint: the shadow of `u` must have 2 elements, but has 3")]
fn adjoint_shadow_of_a_mutable_argument() {
    scale::adjoint(&mut [1.0, 2.0], 3.0, &mut [0.0; 3], Const, ());
}

#[differentiate]
fn owned(v: Vec<f64>) -> f64 {
    v[0]
}

#[test]
#[should_panic(expected = "owned::jvp: the tangent of `v` must have 2 elements, but has 1")]
fn jvp_by_value() {
    owned::jvp(vec![1.0, 2.0], vec![1.0]);
}

#[test]
#[should_panic(
    expected = "owned::value_and_grad_into: the buffer for the gradient of `v` must have 2 elements, but has 1"
)]
fn value_and_grad_into_by_value() {
    owned::value_and_grad_into(vec![1.0, 2.0], &mut [0.0]);
}

#[test]
#[should_panic(expected = "must have 1 elements, but has 2")]
fn evaluate_reverse() {
    func::<norm>().vjp(&(0.5, &X[..], 3), &[1.0, 1.0]);
}

#[test]
#[should_panic(expected = "must have 4 elements, but has 1")]
fn evaluate_forward() {
    func::<norm>().jvp(&(0.5, &X[..], 3), &[1.0]);
}

#[test]
#[should_panic(expected = "must have 4 elements, but has 5")]
fn evaluate_at() {
    use ad_runtime::Function;
    <norm as Function<(f64, &[f64], usize)>>::evaluate(&(0.5, &X[..], 3), &[1.0; 5], Pass::Primal);
}

// What the function itself refuses, its derivatives refuse with the same message.

#[test]
#[should_panic(expected = "index out of bounds: the len is 3 but the index is 3")]
fn out_of_bounds() {
    norm::grad(0.5, &X, 7);
}

#[test]
#[should_panic(expected = "index out of bounds: the len is 1 but the index is 1")]
fn out_of_bounds_nested() {
    rows::grad(&[vec![1.0]]);
}

#[differentiate]
fn checked(x: &[f64]) -> f64 {
    assert!(!x.is_empty(), "no data");
    assert_eq!(x.len() % 2, 0, "an even number is needed, not {}", x.len());
    x[0] / x[1]
}

#[test]
#[should_panic(expected = "no data")]
fn assertions() {
    checked::grad(&[]);
}

#[test]
#[should_panic(expected = "an even number is needed, not 3")]
fn assertions_of_equality() {
    let _ = checked::jvp(&X, &X);
}
