//! On a macro's definition.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
macro_rules! twice {
    ($x:expr) => {
        2.0 * $x
    };
}

fn main() {}
