//! A sum into an Option.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(xs: &[f64]) -> f64 {
    let s = xs.iter().map(|x| if *x > 0.0 { Some(x.sqrt()) } else { None }).sum::<Option<f64>>();
    s.unwrap_or(0.0)
}

fn main() {}
