//! The attribute inside a function body, on a function that needs a constant there.
#![allow(unused)]

use ad_runtime::differentiate;

fn main() {
    const K: f64 = 3.0;
    #[differentiate]
    fn f(x: f64) -> f64 {
        K * x * x
    }
    assert_eq!(f::grad(1.0), 6.0);
}
