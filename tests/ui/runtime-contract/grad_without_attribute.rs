//! The gradient of a function without the attribute.
#![allow(unused)]

fn f(x: f64) -> f64 {
    x * x
}

fn main() {
    f::grad(2.0);
}
