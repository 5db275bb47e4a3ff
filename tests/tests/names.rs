//! Functions and parameters whose names mean something else as well.

#![allow(missing_docs, unused_qualifications, clippy::all)]

use ad_runtime::{Differentiable, differentiate};
use ad_tests::check;

#[differentiate]
fn same(same: f64, x: f64) -> f64 {
    same * x
}

#[differentiate]
fn exp(mut exp: f64) -> f64 {
    exp *= 2.0;
    exp.exp()
}

#[differentiate]
fn norm(norm: &[f64], scale: f64) -> f64 {
    norm.iter().map(|v| v * v).sum::<f64>().sqrt() * scale
}

#[differentiate]
fn step(step: &mut [f64], x: f64) {
    step[0] *= x;
}

#[differentiate]
fn again(again: f64, n: u32) -> f64 {
    let y = again * again;
    if n == 0 { y } else { y.sin() }
}

#[differentiate]
fn caller(x: f64) -> f64 {
    let mut u = [x, 2.0];
    step(&mut u, x);
    same(x, x) * exp(x) + norm(&u, x) + again(x, 1)
}

#[differentiate]
fn core(x: f64) -> f64 {
    x * x
}

#[differentiate]
fn size_of(x: f64) -> f64 {
    x.sin()
}

#[differentiate(type = Single)]
fn f32(x: f64) -> f64 {
    x.sin()
}

#[differentiate]
fn vec(x: f64) -> Vec<f64> {
    vec![x, x * x]
}

#[differentiate]
fn panic(f64: f64, usize: usize) -> f64 {
    f64.sin() * usize as f64 + f64::cos(f64)
}

#[differentiate]
fn odd(x: f64) -> f64 {
    self::core(x) * self::size_of(x) + vec(x)[1] * panic(x, 2)
}

#[differentiate]
fn dropped(x: f64) -> f64 {
    let v = vec![x, 2.0 * x];
    let y = v[0] * v[1];
    drop(v);
    let w = vec![y; 2];
    std::mem::drop(w);
    y * x
}

/// A struct with the name of a type of std whose contents change unseen.
#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Cell {
    resistance: f64,
    #[constant]
    steps: usize,
}

#[differentiate]
impl Cell {
    fn new(resistance: f64, steps: usize) -> Cell {
        Cell { resistance, steps }
    }

    fn doubled(r: f64) -> f64 {
        Cell::new(2.0 * r, 1).resistance
    }
}

#[differentiate]
fn of_cell(cell: &Cell, x: f64) -> f64 {
    cell.resistance * x * cell.steps as f64
}

#[differentiate]
mod battery {
    use super::Cell;

    #[derive(Clone, Debug, PartialEq, ad_runtime::Differentiable)]
    struct Mutex(f64);

    impl Mutex {
        fn new(x: f64) -> Mutex {
            Mutex(x * x)
        }
    }

    pub(crate) fn loss(cell: &Cell, current: f64) -> f64 {
        let lock = Mutex::new(current);
        cell.resistance * lock.0
    }
}

#[test]
fn types_named_as_those_of_std() {
    let cell = Cell { resistance: 2.0, steps: 3 };
    assert_eq!(of_cell::grad(&cell, 0.5), (Cell { resistance: 1.5, steps: 3 }, 6.0));
    assert_eq!(battery::loss::grad(&cell, 0.5), (Cell { resistance: 0.25, steps: 3 }, 2.0));
    assert_eq!(Cell::doubled_grad(0.3), 2.0);
}

#[test]
fn names() {
    check!(same, 0.3, 0.4);
    check!(exp, 0.3);
    check!(norm, &[0.3, 0.4], 2.0);
    check!(step, &mut [0.3, 0.4], 2.0);
    check!(again, 0.3, 1);
    check!(caller, 0.3);
    check!(odd, 0.3);
    check!(dropped, 0.3);
    assert_eq!(Single::grad(0.3), 0.3f64.cos());
}
