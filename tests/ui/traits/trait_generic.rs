//! A trait with a type parameter.
use ad_runtime::differentiate;

#[differentiate]
trait Potential<T> {
    fn energy(&self, x: T) -> f64;
}

fn main() {}
