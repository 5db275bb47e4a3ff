//! A macro of another module named like one of std.
#![allow(unused)]

use ad_runtime::differentiate;

mod my {
    macro_rules! vec {
        ($($t:tt)*) => {
            [0.0]
        };
    }
    pub(crate) use vec;
}

#[differentiate]
fn f(x: f64) -> f64 {
    my::vec![x, x][0]
}

fn main() {}
