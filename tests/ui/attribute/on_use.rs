//! On a `use` declaration.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
use std::f64::consts::PI;

fn main() {}
