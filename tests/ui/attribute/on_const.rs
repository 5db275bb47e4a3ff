//! On a constant.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
const K: f64 = 2.0;

fn main() {}
