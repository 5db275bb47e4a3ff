//! A solver gets a function without derivative.
#![allow(unused)]

fn f(x: f64) -> f64 {
    x * x
}

fn main() {
    fn solve<F: ad_runtime::Function<(f64,)>>() {}
    solve::<f>();
}
