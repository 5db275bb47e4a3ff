//! A module in a file of its own.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
#[path = "../accepted/unused_everything.rs"]
mod empty;

fn main() {}
