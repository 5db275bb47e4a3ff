//! `.await`.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
async fn f(x: f64) -> f64 {
    let y = later.await;
    x * x
}

fn main() {}
