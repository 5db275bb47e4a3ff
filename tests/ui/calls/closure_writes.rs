//! A closure that changes what it captures, passed to another function.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn apply(mut g: impl FnMut(f64) -> f64, x: f64) -> f64 {
    g(x)
}

#[differentiate]
fn f(x: f64) -> f64 {
    let mut total = 0.0;
    let y = apply(
        |t| {
            total += t;
            t * x
        },
        x,
    );
    y + total
}

fn main() {}
