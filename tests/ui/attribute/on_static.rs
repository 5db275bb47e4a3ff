//! On a static.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
static K: f64 = 2.0;

fn main() {}
