//! Generic numeric code as it is usually written, over `T: Float`.

#![allow(missing_docs, dead_code, unreachable_pub, unused_qualifications, clippy::all)]

use ad_runtime::{Differentiable, check_grad, differentiate};
use num_traits::{Float, FloatConst};
#[derive(Clone, Debug, PartialEq, Differentiable)]
struct P<T> {
    x: T,
    v: Vec<T>,
    inner: Q<T>,
    #[constant]
    c: T,
}
#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Q<T> {
    a: T,
    b: [T; 2],
}
#[derive(Clone, Debug, PartialEq, Differentiable)]
enum Shape<T> {
    Disc(T),
    Box { w: T, h: T },
}

#[differentiate]
fn a1<T: Float>(p: &P<T>) -> T {
    p.x.sin()
}
#[differentiate]
fn a2<T: Float>(p: &P<T>) -> T {
    p.inner.a.max(p.inner.b[1]).sqrt()
}
#[differentiate]
fn a3<T: Float>(p: &P<T>) -> T {
    let mut s = T::zero();
    for v in &p.v {
        s = s + v.sin() * p.c;
    }
    s
}
#[differentiate]
fn a4<T: Float>(p: &P<T>) -> T {
    p.v.iter().map(|v| v.powi(2)).fold(T::zero(), |a, b| a + b)
}
#[differentiate]
fn a5<T: Float>(s: &Shape<T>) -> T {
    match s {
        Shape::Disc(r) => *r * *r * T::from(3.14).unwrap(),
        Shape::Box { w, h } => *w * *h,
    }
}
#[differentiate]
fn a6<T: Float>(s: &Shape<T>) -> T {
    match *s {
        Shape::Disc(r) => r.powi(2),
        Shape::Box { w, h } => w.hypot(h),
    }
}
#[differentiate]
fn a7<T: Float>(q: Q<T>) -> T {
    let Q { a, b } = q;
    a * b[0] + b[1]
}
#[differentiate]
fn id<T: Float>(x: T) -> T {
    x
}
#[differentiate]
fn a8<T: Float>(x: T) -> T {
    let y = id(x);
    let z: T = id(y);
    z.sin().powi(2) / id(z).cos()
}
#[differentiate]
fn a9<T: Float>(x: T) -> T {
    id(id(x))
}
#[differentiate]
fn b1<T: Float>(x: &[T]) -> T {
    let m: Vec<Vec<T>> = vec![x.to_vec(), vec![T::one(); x.len()]];
    let mut s = T::zero();
    for r in &m {
        for e in r {
            s = s + *e * *e;
        }
    }
    s
}
#[differentiate]
fn b2<T: Float>(x: &[T]) -> T {
    let (a, b): (T, T) = (x[0], x[1]);
    let mut t = [a, b, T::one()];
    t.swap(0, 2);
    t.reverse();
    t[0] * t[1]
}
#[differentiate]
fn b3<T: Float>(x: T) -> T {
    let f = |t: T| -> T { t * x };
    f(f(x)) + f(T::one())
}
#[differentiate]
fn b4<T: Float>(x: T, n: usize) -> T {
    match n {
        0 => x,
        1 => x * x,
        _ => {
            let k = T::from(n as f64).unwrap();
            x.powf(k)
        }
    }
}
#[differentiate]
fn b5<T: Float>(x: T) -> T {
    let mut y = x;
    while y > T::one() {
        y = y / (T::one() + T::one());
        if y < T::from(0.5).unwrap() {
            break;
        }
    }
    y
}
#[differentiate]
fn b6<T: Float>(x: T) -> T {
    let y = if x > T::zero() { x.ln() } else { -x };
    assert!(y.is_finite());
    debug_assert!(!y.is_nan());
    y
}
#[differentiate]
fn b7<T: Float>(xs: &[T]) -> (T, T) {
    let n = T::from(xs.len()).unwrap();
    let mean = xs.iter().fold(T::zero(), |a, &b| a + b) / n;
    let var = xs.iter().map(|&x| (x - mean) * (x - mean)).fold(T::zero(), |a, b| a + b) / n;
    (mean, var.sqrt())
}
#[differentiate]
fn b8<T: Float>(xs: &[T]) -> T {
    let (m, s) = b7(xs);
    let z = b7::<T>(&xs[1..]);
    (xs[0] - m) / s + z.0 * z.1.sin()
}
#[differentiate]
fn b9<T: Float>(xs: &[T]) -> T {
    let q = Q { a: xs[0], b: [xs[1], T::one()] };
    a7(q) + q.a * q.b[0].exp()
}
#[differentiate]
fn c1<T: Float>(xs: &mut Vec<T>) {
    let s = xs.iter().copied().fold(T::zero(), |a, b| a.max(b));
    for x in xs.iter_mut() {
        *x = (*x - s).exp();
    }
    xs.push(s);
}
#[differentiate]
fn c2<T: Float>(xs: &[T]) -> T {
    let mut v = xs.to_vec();
    c1(&mut v);
    v.iter().zip(xs).map(|(a, b)| *a * *b).fold(T::zero(), |s, x| s + x)
}
#[differentiate]
fn c3<T: Float>(x: T) -> T {
    helper::<T>(3) * x + T::one() * helper(2) + T::from(table()[1]).unwrap() * x
}
fn helper<T: Float>(n: usize) -> T {
    T::from(n).unwrap()
}
fn table() -> [f64; 2] {
    [1.0, 2.0]
}
#[differentiate]
fn c4<T: Float + FloatConst>(x: T) -> T {
    let tau = T::TAU();
    let a: T = FloatConst::PI();
    x * tau.sqrt() + a * x
}
#[differentiate]
fn c5<S: Float, T: Float>(x: S, y: T) -> T {
    let z: T = id(y);
    let w: S = id(x);
    z.sin() * T::from(w.cos()).unwrap()
}
#[differentiate]
fn c6<T: Float>(x: T, k: f64) -> f64 {
    let y = x.to_f64().unwrap();
    y * k + half(y)
}
#[differentiate]
fn half(x: f64) -> f64 {
    0.5 * x
}
#[differentiate]
fn c7<T: Float>(x: Option<T>, y: T) -> T {
    match x {
        Some(v) if v > T::zero() => v * y,
        Some(_) | None => y,
    }
}
#[differentiate]
fn c8<T: Float>(xs: &[T]) -> T {
    let best = xs.iter().copied().map(T::abs).fold(T::infinity(), |a, b| if a < b { a } else { b });
    best.sqrt()
}
#[differentiate]
fn c9<T: Float>(a: &[[T; 2]; 2], x: [T; 2]) -> [T; 2] {
    let f = |i: usize| a[i][0] * x[0] + a[i][1] * x[1];
    [f(0), f(1)]
}
#[differentiate]
fn d1<T: Float>(x: T) -> T {
    const K: usize = 3;
    let mut a = [T::zero(); K];
    for i in 0..K {
        a[i] = x.powi(i as i32);
    }
    a[0] + a[1] * a[2]
}
#[differentiate]
fn compared(x: f64, y: f64) -> f64 {
    let k = x.lt(&y);
    let z = x.total_cmp(&y);
    if k {
        x
    } else if z.is_lt() {
        y
    } else {
        x * y
    }
}
#[differentiate]
fn d2<T: Float>(x: T, y: T) -> T {
    let z = x.partial_cmp(&y);
    let k = x.lt(&y);
    if k {
        x
    } else if z.is_some() {
        y
    } else {
        x * y
    }
}
mod inner {
    use ad_runtime::differentiate;
    #[differentiate]
    pub fn g<F>(x: F) -> F
    where
        F: num_traits::Float,
    {
        x * x
    }
}
#[differentiate]
fn d3<T: num_traits::Float>(x: T) -> T {
    inner::g(x) + inner::g::<T>(x).sqrt() * inner::g(inner::g(x))
}
macro_rules! make {
    ($name:ident, $t:ident) => {
        #[differentiate]
        fn $name<$t: Float>(x: $t) -> $t {
            let y = x + $t::one();
            y * x.sin()
        }
    };
}
make!(made, W);
#[differentiate]
fn d4<T: num_traits::real::Real>(x: T) -> T {
    x.sin() * T::from(2).unwrap()
}
#[differentiate]
fn d5<T: num_traits::float::FloatCore>(x: T) -> T {
    x.abs() * x.powi(2) + x.floor() * x + T::epsilon()
}
#[test]
fn all() {
    let p = P { x: 0.4, v: vec![0.1, 0.2], inner: Q { a: 0.5, b: [0.3, 0.9] }, c: 2.0 };
    check_grad!(a1, &p);
    check_grad!(a2, &p);
    check_grad!(a3, &p);
    check_grad!(a4, &p);
    for s in [Shape::Disc(1.5), Shape::Box { w: 1.0, h: 2.0 }] {
        check_grad!(a5, &s);
        check_grad!(a6, &s);
    }
    check_grad!(a7, p.inner);
    check_grad!(a8, 0.3);
    check_grad!(a9, 0.3);
    let x = [0.4, 1.2, 0.7];
    check_grad!(b1, &x[..]);
    check_grad!(b2, &x[..]);
    check_grad!(b3, 0.3);
    check_grad!(b4, 0.3, 3);
    check_grad!(b5, 3.3);
    check_grad!(b6, 0.3);
    check_grad!(b7, &x[..]);
    check_grad!(b8, &x[..]);
    check_grad!(b9, &x[..]);
    check_grad!(c2, &x[..]);
    check_grad!(c3, 0.3);
    check_grad!(c4, 0.3);
    check_grad!(c5, 0.3, 0.4);
    check_grad!(c6, 0.3, 0.4);
    check_grad!(c8, &x[..]);
    check_grad!(d1, 0.7);
    check_grad!(d2, 0.7, 0.9);
    check_grad!(compared, 0.7, 0.9);
    check_grad!(d3, 0.7);
    check_grad!(made, 0.7);
    check_grad!(d4, 0.3);
    check_grad!(d5, 0.3);
    check_grad!(c9, &[[0.1, 0.2], [0.3, 0.4]], [0.5, 0.6]);
    assert_eq!(c7::grad(Some(2.0), 3.0), (Some(3.0), 2.0));
}
