//! A mistake in the options does not hide the function or its derivatives.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate(fast)]
fn f(x: f64) -> f64 {
    x * x
}

fn main() {
    let g: f64 = f::grad(f(2.0));
    let (y, (a, b)): (f64, (f64, f64)) = (g, (f::grad(1.0), 2.0));
    println!("{}", y + a + b);
}
