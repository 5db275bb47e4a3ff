//! `static mut` inside the function.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    static mut CALLS: u32 = 0;
    x * x
}

fn main() {}
