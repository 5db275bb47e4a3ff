//! On a constant.

use ad_runtime::differentiate;

#[differentiate]
const K: f64 = 2.0;

fn main() {}
