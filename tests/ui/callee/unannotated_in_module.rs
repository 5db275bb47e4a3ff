//! The same in another module, called twice: one error per function.
#![allow(unused)]

use ad_runtime::differentiate;

mod m {
    pub fn helper(x: f64) -> f64 {
        x * x
    }
}

#[differentiate]
fn f(x: f64) -> f64 {
    m::helper(x) * m::helper(2.0 * x)
}

fn main() {}
