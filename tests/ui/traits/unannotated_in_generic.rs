//! A function that is generic over a trait without the attribute.
use ad_runtime::differentiate;

trait Potential {
    fn energy(&self, x: f64) -> f64;
}

#[differentiate]
fn f<P: Potential>(p: &P, x: f64) -> f64 {
    p.energy(x)
}

fn main() {}
