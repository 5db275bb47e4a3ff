//! On a type alias.

use ad_runtime::differentiate;

#[differentiate]
type Real = f64;

fn main() {}
