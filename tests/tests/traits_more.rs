//! Traits in modules, with generics, supertraits, constants and recursion.
use ad_runtime::{Differentiable, differentiate};

mod shapes {
    use super::*;

    /// A shape.
    #[differentiate]
    pub(crate) trait Shape: Clone {
        /// Its area.
        fn area(&self) -> f64;
        /// A name.
        fn corners(&self) -> usize {
            0
        }
        /// Of both.
        fn with(&self, other: &Self, t: f64) -> f64 {
            self.area() * t + other.area() * t * t + self.corners() as f64
        }
    }

    /// A model whose parameters are constant.
    #[differentiate]
    pub(crate) trait Model {
        /// The state.
        type State;
        /// The rate.
        fn rate(#[constant] &self, x: &[f64], out: &mut [f64]);
        /// One step.
        fn step(#[constant] &self, x: &mut [f64], dt: f64) {
            let mut k = vec![0.0; x.len()];
            self.rate(x, &mut k);
            for (x, k) in x.iter_mut().zip(&k) {
                *x += dt * k;
            }
        }
        /// Nothing active.
        fn size(&self) -> usize;
    }

    #[derive(Clone, Copy, Debug, Differentiable)]
    pub(crate) struct Square<const N: usize> {
        pub(crate) side: f64,
    }
}

#[differentiate]
impl<const N: usize> Shape for Square<N> {
    fn area(&self) -> f64 {
        self.side * self.side + N as f64 * self.side
    }
    fn corners(&self) -> usize {
        N
    }
}

struct Table(Vec<f64>);

#[differentiate]
impl Model for Table {
    type State = f64;
    fn rate(#[constant] &self, x: &[f64], out: &mut [f64]) {
        for i in 0..x.len() {
            out[i] = self.0[i] * x[i] * x[(i + 1) % x.len()];
        }
    }
    fn size(&self) -> usize {
        self.0.len()
    }
}

use shapes::{Model, Shape, Square};

#[differentiate]
fn both<S: Shape>(a: S, b: &S, t: f64) -> f64 {
    let c = a.clone();
    a.with(b, t) * c.area()
}

#[differentiate]
fn run<M: Model>(#[constant] m: &M, x: &[f64], dt: f64, n: usize) -> f64 {
    let mut x = x.to_vec();
    for _ in 0..n {
        m.step(&mut x, dt);
    }
    let mut s = 0.0;
    for v in &x {
        s += v * v;
    }
    s * m.size() as f64
}

#[differentiate]
fn concrete(a: Square<3>, t: f64) -> f64 {
    a.area() * t + a.with(&a, t * t)
}

#[test]
fn modules() {
    let (a, b) = (Square::<4> { side: 0.7 }, Square::<4> { side: 1.1 });
    let f = |a: f64, b: f64, t: f64| both(Square::<4> { side: a }, &Square::<4> { side: b }, t);
    let (ga, gb, gt) = both::grad(a, &b, 0.3);
    let h = 1e-5;
    let close = |x: f64, y: f64| assert!((x - y).abs() < 1e-7 * (1.0 + x.abs()), "{x} {y}");
    close(ga.side, (f(0.7 + h, 1.1, 0.3) - f(0.7 - h, 1.1, 0.3)) / (2.0 * h));
    close(gb.side, (f(0.7, 1.1 + h, 0.3) - f(0.7, 1.1 - h, 0.3)) / (2.0 * h));
    close(gt, (f(0.7, 1.1, 0.3 + h) - f(0.7, 1.1, 0.3 - h)) / (2.0 * h));
    let m = Table(vec![0.3, -0.2, 0.5]);
    ad_runtime::check_grad!(concrete, Square::<3> { side: 0.4 }, 0.7);
    let x = [0.5, 0.4, 0.9];
    let (y, (gx, gdt)) = run::value_and_grad(&m, &x, 0.1, 4);
    assert_eq!(y, run(&m, &x, 0.1, 4));
    for i in 0..3 {
        let (mut up, mut dn) = (x, x);
        up[i] += h;
        dn[i] -= h;
        close(gx[i], (run(&m, &up, 0.1, 4) - run(&m, &dn, 0.1, 4)) / (2.0 * h));
    }
    close(gdt, (run(&m, &x, 0.1 + h, 4) - run(&m, &x, 0.1 - h, 4)) / (2.0 * h));
}

/// Recursion.
#[differentiate]
trait Series {
    fn term(&self, x: f64, n: u32) -> f64;
}
#[derive(Clone, Debug, Differentiable)]
struct Powers {
    a: f64,
}
#[differentiate]
impl Series for Powers {
    fn term(&self, x: f64, n: u32) -> f64 {
        if n == 0 { self.a } else { x * self.term(x, n - 1) + self.a * self.a }
    }
}
#[differentiate]
fn series<S: Series>(s: &S, x: f64) -> f64 {
    s.term(x, 3) + s.term(x * x, 1)
}
#[differentiate]
fn of_powers(a: f64, x: f64) -> f64 {
    let p = Powers { a };
    series(&p, x)
}
#[test]
fn recursion() {
    ad_runtime::check_grad!(of_powers, 0.3, 0.7);
}

/// Still a trait object.
#[differentiate]
trait Plain {
    fn f(&self, x: f64) -> f64;
}
#[derive(Clone, Debug, Differentiable)]
struct One {
    k: f64,
}
#[differentiate]
impl Plain for One {
    fn f(&self, x: f64) -> f64 {
        self.k * x
    }
}
#[test]
fn objects() {
    let o: Box<dyn Plain> = Box::new(One { k: 2.0 });
    assert_eq!(o.f(3.0), 6.0);
}

/// Under a `#[cfg]`, which is off.
#[differentiate]
trait Switched {
    fn value(&self, x: f64) -> f64 {
        x * x
    }
    #[cfg(any())]
    fn gone(&self, x: Missing) -> f64;
}
#[differentiate]
impl Switched for One {
    #[cfg(any())]
    fn value(&self, x: f64) -> f64 {
        x * x * x
    }
}
#[test]
fn switched() {
    let one = One { k: 2.0 };
    assert_eq!((one.value(3.0), one.value_grad(3.0).1), (9.0, 6.0));
}
