//! On a `use` declaration.

use ad_runtime::differentiate;

#[differentiate]
use std::f64::consts::PI;

fn main() {}
