//! Structs as receivers where only rustc knows the methods, and fields that are arrays where only rustc knows it.

use ad_runtime::{Differentiable, check_grad, differentiate};

/// Not `Copy`.
#[derive(Clone, Debug, PartialEq, Differentiable)]
struct S {
    a: f64,
    b: f64,
}

#[differentiate]
impl S {
    fn taken(&self, r: S) -> f64 {
        self.a * r.b
    }

    fn turned(&self, r: &S) -> S {
        S { a: self.a * r.b, b: self.b }
    }
}

#[differentiate]
fn made(x: f64) -> S {
    S { a: x, b: x * x }
}

#[differentiate]
fn cloned(s: S) -> f64 {
    s.clone().taken(s)
}

#[differentiate]
fn clone_of_a_result(x: f64) -> f64 {
    let r = made(x);
    r.clone().turned(&r).taken(r)
}

#[differentiate]
fn clones_in_a_loop(s: &S, x: &[f64]) -> f64 {
    let mut y = 0.0;
    for v in x {
        let mut q = s.clone();
        q.a *= v;
        y += q.clone().turned(s).taken(q);
        if *v > 2.0 {
            return y * s.to_owned().turned(s).a;
        }
    }
    y
}

#[test]
fn clones_have_methods() {
    let s = S { a: 1.3, b: 0.7 };
    assert_eq!(cloned::grad(s.clone()), S { a: 0.7, b: 1.3 });
    // x^5
    check_grad!(clone_of_a_result, 1.1);
    assert!((clone_of_a_result::grad(2.0) - 5.0 * 16.0).abs() < 1e-12);
    check_grad!(cloned, s.clone());
    check_grad!(clones_in_a_loop, &s, &[0.5, 1.5, 0.2]);
    check_grad!(clones_in_a_loop, &s, &[0.5, 2.5, 0.2]);
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Table {
    #[constant]
    c: [f64; 2],
    x: f64,
    m: [f64; 2],
}

#[differentiate(order = 2)]
fn repeated_constant(t: &Table) -> f64 {
    let w = [t.c; 3];
    w[1][0] * t.x * t.x
}

#[differentiate(order = 2)]
fn repeated_field(t: &Table) -> f64 {
    let mut w = [t.m; 3];
    w[1][0] *= t.x;
    w[1][0] * w[0][1] * w[2][0]
}

/// The second derivative took a repeated array for a `Vec`, from which the last copy's cotangent is taken instead of added.
#[test]
fn repeated_arrays() {
    let t = Table { c: [3.0, 4.0], x: 1.5, m: [0.5, 2.0] };
    let along = |x: f64, m: [f64; 2]| Table { c: [0.0; 2], x, m };
    check_grad!(repeated_constant, &t);
    check_grad!(repeated_field, &t);
    // c x^2, and m0^2 x m1.
    assert_eq!(repeated_constant::hvp(&t, &along(1.0, [0.0; 2])).x, 6.0);
    let h = repeated_field::hvp(&t, &along(1.0, [0.0; 2]));
    assert_eq!((h.x, h.m), (0.0, [2.0, 0.25]));
    let h = repeated_field::hvp(&t, &along(0.0, [1.0, 0.0]));
    assert_eq!((h.x, h.m), (2.0, [6.0, 1.5]));
    let h = repeated_field::hvp(&t, &along(0.0, [0.0, 1.0]));
    assert_eq!((h.x, h.m), (0.25, [1.5, 0.0]));
}

#[differentiate(order = 2)]
impl Table {
    fn rebuilt(&self, c: &Table) -> Self {
        let k = c.m[1];
        if k > 2.0 { Self { c: c.c, x: k * k, m: c.m } } else { Self { c: self.c, x: k * self.m[0], m: self.m } }
    }
}

#[differentiate(order = 2)]
fn of_rebuilt(s: &Table, c: &Table) -> f64 {
    let t = s.rebuilt(c);
    let u = Table { c: c.c, x: t.x, m: t.m };
    u.m[0] * u.x * u.m[1] * t.c[0]
}

#[test]
fn array_fields_go_on() {
    let s = Table { c: [3.0, 4.0], x: 1.5, m: [0.5, 1.25] };
    let zero = Table { c: [0.0; 2], x: 0.0, m: [0.0; 2] };
    let d = Table { m: [1.0, 0.0], ..zero };
    let e = Table { m: [0.0, 1.0], ..zero };
    // 3 m0 m1^3 of the argument.
    let c = Table { c: [3.0, 4.0], x: 0.5, m: [2.0, 3.0] };
    check_grad!(of_rebuilt, &s, &c);
    assert_eq!(of_rebuilt::grad(&s, &c).1.m, [81.0, 162.0]);
    assert_eq!(of_rebuilt::hvp((&s, &c), (&zero, &d)).1.m, [0.0, 81.0]);
    assert_eq!(of_rebuilt::hvp((&s, &c), (&zero, &e)).1.m, [81.0, 108.0]);
    // 3 m0^2 m1 k of the receiver and k = m1 of the argument.
    let c = Table { m: [2.0, 1.0], ..c };
    check_grad!(of_rebuilt, &s, &c);
    let h = of_rebuilt::hvp((&s, &c), (&d, &zero));
    assert_eq!((h.0.m, h.1.m), ([7.5, 3.0], [0.0, 3.75]));
}

/// `get` of a `&mut` slice is the slice's, also in derivatives.
#[differentiate]
fn got(x: &mut [f64], i: usize) -> f64 {
    let y = x.get(i).copied().unwrap_or(-x[0]);
    x[0] = y * y;
    x[0] * y
}

/// A Vec of a call's, of which indexing alone says what it is, given back.
#[differentiate(order = 2)]
fn threefold(x: f64) -> Vec<f64> {
    vec![x * x; 3]
}

#[differentiate(order = 2)]
fn given_back(x: f64) -> (f64, Vec<f64>) {
    let c = threefold(x);
    ((0..2).map(|r| c[r]).sum(), c)
}

#[test]
fn sequences_that_are_not_seen() {
    check_grad!(got, &mut [0.5, 0.7], 1);
    check_grad!(got, &mut [0.5, 0.7], 2);
    check_grad!(given_back, 0.7);
}
