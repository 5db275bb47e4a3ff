//! The gradient of a function with const generics whose result is an array.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f<const N: usize>(x: [f64; N]) -> [f64; N] {
    x
}

fn main() {
    let mut g = [0.0; 2];
    f::value_and_grad_into([1.0, 2.0], &mut g);
}
