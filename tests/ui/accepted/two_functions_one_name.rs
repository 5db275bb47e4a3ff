//! Functions of one name in two modules and inside a body.
#![allow(unused)]

use ad_runtime::differentiate;

mod a {
    #[ad_runtime::differentiate]
    pub fn g(x: f64) -> f64 {
        x * x
    }
}

mod b {
    #[ad_runtime::differentiate]
    pub fn g(x: f64) -> f64 {
        super::a::g(x) * x
    }
}

#[differentiate]
fn f(x: f64) -> f64 {
    use b::g as of_b;
    a::g(x) + of_b(x)
}

fn main() {
    assert_eq!(f::grad(1.0), 5.0);
}
