//! `.into()`, whose target is hidden.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f32) -> f64 {
    let y: f64 = x.into();
    y * y
}

fn main() {}
