//! A cast of a float to a name that the macro cannot see through: it may keep the derivative or cut it.
#![allow(unused)]

use ad_runtime::differentiate;

type Real = f64;

#[differentiate]
fn f(x: f32) -> f64 {
    let y = x as Real;
    y * y
}

fn main() {}
