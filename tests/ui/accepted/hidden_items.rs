//! Items of inner blocks that hide others, or have a name in several blocks.
use ad_runtime::differentiate;

const K: f64 = 2.0;

#[differentiate]
fn f(x: f64) -> f64 {
    let a = K * x;
    let b = {
        const K: f64 = 3.0;
        use std::f64::consts::PI;
        K * x * PI
    };
    let c = {
        const K: f64 = 5.0;
        use std::f64::consts::PI;
        fn twice(x: f64) -> f64 {
            2.0 * x
        }
        K * x * PI * twice(1.0)
    };
    a + b + c
}

fn main() {
    let pi = std::f64::consts::PI;
    assert_eq!(f::grad(1.0), 2.0 + 3.0 * pi + 5.0 * pi * 2.0);
}
