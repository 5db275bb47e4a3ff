//! A function of a type parameter, called with a type that has no gradient.
use ad_runtime::differentiate;

#[differentiate]
trait Potential {
    fn energy(&self, x: f64) -> f64;
}

struct Spring {
    k: f64,
}

#[differentiate]
impl Potential for Spring {
    fn energy(&self, x: f64) -> f64 {
        self.k * x * x
    }
}

#[differentiate]
fn f<P: Potential>(p: &P, x: f64) -> f64 {
    p.energy(x)
}

fn main() {
    let _ = f::grad(&Spring { k: 1.0 }, 2.0);
}
