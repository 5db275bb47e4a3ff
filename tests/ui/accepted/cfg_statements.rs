//! `#[cfg]` on statements, exits, constants and arms.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64, n: u32) -> f64 {
    #[cfg(any())]
    const K: f64 = 5.0;
    #[cfg(not(any()))]
    const K: f64 = 2.0;
    #[cfg(any())]
    return 0.0;
    let mut y = K * x;
    for _ in 0..3 {
        #[cfg(any())]
        break;
        y *= x;
    }
    match n {
        #[cfg(any())]
        0 => 0.0,
        _ => y,
    }
}

fn main() {
    assert_eq!(f::grad(1.0, 0), 8.0);
}
