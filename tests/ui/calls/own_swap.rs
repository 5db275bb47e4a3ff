//! A user's function that looks like one of std.
#![allow(unused)]

use ad_runtime::differentiate;

mod mem {
    pub fn swap(a: &mut f64, b: &mut f64) {
        *a *= *b;
    }
}

#[differentiate]
fn f(x: f64) -> f64 {
    let (mut a, mut b) = (x, 2.0);
    mem::swap(&mut a, &mut b);
    a * b
}

fn main() {}
