//! A module in a file of its own.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
mod empty;

fn main() {}
