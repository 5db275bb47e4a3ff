//! An arm that panics.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let y = if x > 0.0 { x * x } else { panic!("x is {x}") };
    match (y * x) as u8 {
        0..=100 => y * x,
        _ => unreachable!(),
    }
}

fn main() {
    assert_eq!(f::grad(2.0), 12.0);
}
