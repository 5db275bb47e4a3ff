//! On a type alias.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
type Real = f64;

fn main() {}
