//! The gradient of a function without `order = 2` inside a differentiated function.
use ad_runtime::differentiate;

#[differentiate]
fn h(x: f64) -> f64 {
    x * x * x
}

#[differentiate]
fn f(x: f64) -> f64 {
    h::grad(x) * x
}

fn main() {
    let _ = f(2.0);
}
