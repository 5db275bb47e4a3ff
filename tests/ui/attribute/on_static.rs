//! On a static.

use ad_runtime::differentiate;

#[differentiate]
static K: f64 = 2.0;

fn main() {}
