//! On a method.
#![allow(unused)]

use ad_runtime::differentiate;

struct Spring(f64);

impl Spring {
    #[differentiate]
    fn energy(&self, x: f64) -> f64 {
        self.0 * x * x
    }
}

fn main() {}
