//! An active value stored in what a constant field of a type without derivative holds.
#![allow(unused)]

use ad_runtime::{Differentiable, differentiate};

#[derive(Clone)]
struct Table {
    k: f64,
}

#[derive(Clone, Differentiable)]
struct Spring {
    m: f64,
    #[constant]
    table: Table,
}

#[differentiate]
fn f(s: &Spring, x: f64) -> f64 {
    let mut t = s.clone();
    t.table.k = x;
    t.m * t.table.k
}

fn main() {}
