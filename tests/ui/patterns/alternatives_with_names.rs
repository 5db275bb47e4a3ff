//! Alternatives that bind names.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64, n: u32) -> f64 {
    match (n, x) {
        (0, y) | (1, y) => y,
        (_, y) => y * y,
    }
}

fn main() {}
