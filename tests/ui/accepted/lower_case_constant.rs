//! A constant whose name looks like a binding.
#![allow(unused)]
#![allow(non_upper_case_globals)]

use ad_runtime::differentiate;

const zero: u32 = 0;

#[differentiate]
fn f(x: f64, n: u32) -> f64 {
    match n % 3 {
        zero => 3.0 * x,
        1 => x * x,
        _ => -x,
    }
}

fn main() {
    assert_eq!(f::grad(2.0, 3), 3.0);
    assert_eq!(f::grad(2.0, 4), 4.0);
    assert_eq!(f::grad(2.0, 5), -1.0);
}
