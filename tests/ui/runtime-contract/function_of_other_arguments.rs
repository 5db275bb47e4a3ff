//! A solver gets a function of other arguments.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    x * x
}

fn main() {
    fn solve<F: for<'a> ad_runtime::Function<(&'a [f64],)>>() {}
    solve::<f>();
}
