//! On an impl block.
#![allow(unused)]

use ad_runtime::differentiate;

struct Spring(f64);

#[differentiate]
impl Spring {
    fn energy(&self, x: f64) -> f64 {
        self.0 * x * x
    }
}

fn main() {}
