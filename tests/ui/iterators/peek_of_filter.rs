//! `peek` at what a filter leaves.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(xs: &[f64]) -> f64 {
    let mut it = xs.iter().filter(|x| **x > 0.0).peekable();
    let a = **it.peek().unwrap();
    a * it.next().unwrap()
}

fn main() {}
