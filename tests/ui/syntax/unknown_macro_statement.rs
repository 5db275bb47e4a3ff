//! An unknown macro as a statement.
#![allow(unused)]

use ad_runtime::differentiate;

macro_rules! log {
    ($($t:tt)*) => {};
}

#[differentiate]
fn f(x: f64) -> f64 {
    log!("x = {}", x);
    x * x
}

fn main() {}
