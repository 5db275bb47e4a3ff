//! A closure with `return` and without the type of its result, passed to another function.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn apply(g: impl Fn(f64) -> f64, x: f64) -> f64 {
    g(x)
}

#[differentiate]
fn f(x: f64) -> f64 {
    apply(
        |t| {
            if t < 0.0 {
                return x;
            }
            t * x
        },
        x,
    )
}

fn main() {}
