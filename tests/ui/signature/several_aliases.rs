//! Aliases that the macro cannot see through, wherever they stand in a parameter.
#![allow(unused)]

use ad_runtime::differentiate;

type Real = f64;
type Vector = Vec<f64>;
mod units {
    pub type Metre = f64;
}

#[differentiate]
fn scalar(x: Real) -> f64 {
    x * x
}

#[differentiate]
fn slice(x: &[Real], y: &mut [units::Metre]) -> f64 {
    x[0] * y[0]
}

#[differentiate]
fn array(x: [Real; 3], y: &'static [Real; 2]) -> f64 {
    x[0] * y[0]
}

#[differentiate]
fn whole(v: &Vector, w: Vec<Real>) -> f64 {
    v[0] * w[0]
}

#[differentiate]
fn tuple((a, b): (f64, Real)) -> f64 {
    a * b
}

fn main() {}
