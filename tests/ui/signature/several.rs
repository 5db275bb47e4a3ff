//! All mistakes of a signature at once.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f<T>(x: *const f64, g: &dyn AsRef<[f64]>, t: T) -> f64 {
    0.0
}

fn main() {}
