//! What a module may hold beside functions that are differentiated
#![deny(warnings)]
#![forbid(unsafe_op_in_unsafe_fn)]

use ad_runtime::{Differentiable, differentiate};
use std::collections::BTreeMap;
use std::fmt;

#[differentiate]
mod model {
    #![allow(dead_code)]
    use super::*;

    type Real = f64;

    /// Without floats and without a derive: a constant.
    #[derive(Clone, Copy)]
    pub enum Kind {
        Soft,
        Hard,
    }

    #[derive(Clone, Differentiable)]
    pub struct Well {
        pub depth: Real,
        pub steps: usize,
    }

    /// Floats, but no gradient.
    pub struct Timer {
        start: f64,
    }

    impl Timer {
        pub fn new(start: f64) -> Timer {
            Timer { start }
        }
        fn since(&self, now: f64) -> f64 {
            now - self.start
        }
    }

    impl Kind {
        fn factor(self, x: Real) -> Real {
            match self {
                Kind::Soft => x.tanh(),
                Kind::Hard => x.abs(),
            }
        }
        fn of(x: Real) -> Kind {
            if x > 1.0 { Kind::Hard } else { Kind::Soft }
        }
    }

    impl fmt::Display for Well {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "{}", self.depth)
        }
    }

    pub fn energy(w: &Well, kind: Kind, x: Real) -> Real {
        let mut sum = 0.0;
        for i in 0..w.steps {
            sum += kind.factor(x + i as Real) * Kind::of(x).factor(w.depth);
        }
        sum
    }

    pub fn names(table: &BTreeMap<String, usize>, name: &str) -> String {
        format!("{name}: {}", table.len())
    }

    pub async fn fetch(x: f64) -> f64 {
        x
    }

    pub unsafe fn raw(x: *const f64) -> f64 {
        unsafe { *x }
    }

    pub extern "C" fn exported(x: f64) -> f64 {
        x
    }

    pub fn apply(f: impl Fn(f64) -> f64, x: f64) -> f64 {
        f(x)
    }

    pub fn load(path: &str) -> Vec<f64> {
        path.split(',').filter_map(|x| x.parse().ok()).collect()
    }

    #[cfg(test)]
    mod tests {
        #[test]
        fn nothing() {}
    }

    pub mod inner {
        pub fn plain(x: f64) -> f64 {
            x.to_bits() as f64
        }
    }

    pub fn main() {
        let timer = Timer::new(1.0);
        println!("{} {}", timer.since(2.0), load("1,2").len());
    }
}

fn main() {
    let well = model::Well { depth: 0.7, steps: 3 };
    let (y, (well_bar, x_bar)) = model::energy::value_and_grad(&well, model::Kind::Soft, 0.4);
    assert!(y > 0.0 && well_bar.depth > 0.0 && x_bar > 0.0);
    model::main();
}
