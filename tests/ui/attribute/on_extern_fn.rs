//! On a foreign function.

use ad_runtime::differentiate;

unsafe extern "C" {
    #[differentiate]
    fn sin(x: f64) -> f64;
}

fn main() {}
