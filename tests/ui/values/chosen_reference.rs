//! A reference to fresh data chosen at run time.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let v = if x > 0.0 {
        let w = [x, 2.0];
        &[w[0], w[1]]
    } else {
        &[x, x]
    };
    v[0] * v[1]
}

fn main() {}
