//! A constant of an inner block that hides another and is printed by its name.
#![allow(unused)]

use ad_runtime::differentiate;

const K: f64 = 2.0;

#[differentiate]
fn f(x: f64) -> f64 {
    let a = K * x;
    let b = {
        const K: f64 = 3.0;
        println!("{K}");
        K * x
    };
    a + b
}

fn main() {}
