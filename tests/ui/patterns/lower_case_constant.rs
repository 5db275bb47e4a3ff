//! A lower-case name that is a constant, where it looks like a binding: rustc says so.
#![allow(unused)]
#![allow(non_upper_case_globals)]

use ad_runtime::differentiate;

const zero: u32 = 0;

#[differentiate]
fn f(x: f64, n: u32) -> f64 {
    match (n, x > 1.0) {
        (zero, true) => 3.0 * x,
        _ => x * x,
    }
}

fn main() {}
