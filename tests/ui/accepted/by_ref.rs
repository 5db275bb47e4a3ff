//! An iterator that goes on where it stopped.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn by_ref(xs: &[f64]) -> f64 {
    let mut it = xs.iter();
    let head: f64 = it.by_ref().take(2).sum();
    head + it.sum::<f64>()
}

#[differentiate]
fn borrowed(xs: &[f64]) -> f64 {
    let mut it = xs.iter();
    let mut s = 0.0;
    for v in &mut it {
        s += v;
        if s > 1.0 {
            break;
        }
    }
    for v in it {
        s *= v;
    }
    s
}

fn main() {}
