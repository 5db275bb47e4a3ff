//! An alias from outside that alone says what a literal is.
#![allow(unused)]

use ad_runtime::differentiate;

type Real = f32;
type Index = u8;

#[differentiate]
fn float(x: f64) -> f64 {
    let third: Real = 1.0 / 3.0;
    x * third as f64
}

#[differentiate]
fn integer(x: f64) -> f64 {
    let n: Index = 200;
    x * n.wrapping_add(100) as f64
}

fn main() {}
