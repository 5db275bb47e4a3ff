//! The gradient of a function whose result is a Vec.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(xs: &[f64]) -> Vec<f64> {
    xs.iter().map(|x| x * x).collect()
}

fn main() {
    let g = f::grad(&[1.0, 2.0]);
    println!("{g:?}");
}
