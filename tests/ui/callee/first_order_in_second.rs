//! A function with second derivatives that calls one without.
use ad_runtime::differentiate;

#[differentiate]
fn h(x: f64) -> f64 {
    x * x * x
}

#[differentiate(order = 2)]
fn f(x: f64) -> f64 {
    h(x) * x
}

fn main() {
    let _ = f(2.0);
}
