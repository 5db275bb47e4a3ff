//! `zip` of two iterators that skip by a condition.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(xs: &[f64]) -> f64 {
    let a = xs.iter().skip_while(|x| **x > 0.0);
    let b = xs.iter().skip_while(|x| **x < 0.0);
    a.zip(b).map(|(a, b)| a * b).sum()
}

fn main() {}
