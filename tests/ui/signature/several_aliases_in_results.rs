//! Aliases in a result.
#![allow(unused)]

use ad_runtime::differentiate;

type Real = f64;

#[differentiate]
fn scalar(x: f64) -> Real {
    x * x
}

#[differentiate]
fn array(x: f64) -> [Real; 2] {
    [x, x]
}

#[differentiate]
fn slice(x: &[f64]) -> &[Real] {
    x
}

#[differentiate]
fn tuple(x: f64) -> (f64, Vec<Real>) {
    (x, vec![x])
}

fn main() {}
