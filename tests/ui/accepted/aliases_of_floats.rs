//! Aliases that the macro cannot see through, wherever they stand in a parameter: rustc finds the rules of their operators.
#![allow(unused)]

use ad_runtime::differentiate;

type Real = f64;
type Vector = Vec<f64>;
mod units {
    pub type Metre = f64;
}

#[differentiate]
fn scalar(x: Real) -> f64 {
    x * x / 2.0 - x
}

#[differentiate]
fn slice(x: &[Real], y: &mut [units::Metre]) -> f64 {
    y[0] *= 3.0;
    x[0] * y[0]
}

#[differentiate]
fn array(x: [Real; 3], y: &[Real; 2]) -> f64 {
    -x[0] * y[0]
}

#[differentiate]
fn whole(v: &Vector, w: Vec<Real>) -> f64 {
    v[0] * w[0]
}

#[differentiate]
fn tuple((a, b): (f64, Real)) -> f64 {
    a * b
}

fn main() {
    assert_eq!(scalar::grad(3.0), 2.0);
    let mut y = [2.0];
    assert_eq!(slice::grad(&[1.5], &mut y), (vec![6.0], vec![4.5]));
    assert_eq!(array::grad([1.0, 2.0, 3.0], &[5.0, 6.0]), ([-5.0, 0.0, 0.0], [-1.0, 0.0]));
    assert_eq!(whole::grad(&vec![3.0], vec![4.0]), (vec![4.0], vec![3.0]));
    assert_eq!(tuple::grad((3.0, 4.0)), (4.0, 3.0));
}
