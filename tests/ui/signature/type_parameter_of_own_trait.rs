//! A trait of one's own by the name of the one of `num_traits`.
#![allow(unused)]

use ad_runtime::differentiate;

trait Float: Copy {
    fn sin(self) -> Self;
}

#[differentiate]
fn f<T: Float>(x: T) -> T {
    x.sin()
}

fn main() {}
