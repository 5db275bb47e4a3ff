//! Type parameters whose bounds do not say that they are floats.
#![allow(unused)]

use ad_runtime::differentiate;
use num_traits::Float;

trait Real2: Float {}

#[differentiate]
fn f<T: Real2>(x: T) -> T {
    x.sin()
}

#[differentiate]
fn g<S: Float, T, U>(x: S, t: T, #[constant] u: U) -> S
where
    T: Copy,
{
    x.sin()
}

struct P<T>(T);

#[differentiate]
impl<T: Real2> P<T> {
    fn energy(&self, x: T) -> T {
        self.0 * x
    }
}

fn main() {}
