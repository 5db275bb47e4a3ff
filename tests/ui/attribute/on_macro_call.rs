//! On a call of a macro.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
thread_local! {
    static K: f64 = 2.0;
}

fn main() {}
