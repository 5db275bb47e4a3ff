//! `pop` gives an `Option`.
#![allow(unused)]
use ad_runtime::differentiate;

#[differentiate]
fn f(xs: &[f64]) -> f64 {
    let mut v = xs.to_vec();
    let mut s = 1.0;
    while let Some(x) = v.pop() {
        s *= x;
        if let Some(y) = v.pop() { s += y * y; }
    }
    s + v.pop().unwrap_or(3.0)
}

fn main() {
    ad_runtime::check_grad!(f, &[1.0, 2.0, 3.0, 0.5][..]);
    ad_runtime::check_grad!(f, &[1.0, 2.0, 3.0][..]);
}
