//! Qualified constants by a macro in a pattern.
#![allow(unused)]

use ad_runtime::differentiate;

macro_rules! number {
    () => {
        3
    };
}

#[differentiate]
fn f(x: f64, n: u32) -> f64 {
    match n {
        number!() => x,
        _ => x * x,
    }
}

fn main() {}
