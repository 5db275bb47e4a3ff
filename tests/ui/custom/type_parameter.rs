//! A rule of one's own for a function that is generic over its float.
#![allow(unused)]

use ad_runtime::differentiate;
use num_traits::Float;

#[differentiate(partials(y * (T::one() - y)))]
fn logistic<T: Float>(x: T) -> T {
    T::one() / (T::one() + (-x).exp())
}

fn main() {
    let _ = logistic::grad(0.5);
}
