//! A method of what the macro does not know.
#![allow(unused)]

use ad_runtime::differentiate;

thread_local! {
    static TABLE: f64 = 2.0;
}

#[differentiate]
fn f(x: f64) -> f64 {
    TABLE.with(|t| t * x)
}

fn main() {}
