//! Expansions raise no lint, however strict the user's crate is. `.ci/run` runs clippy over this file too.

#![forbid(unsafe_code, non_ascii_idents)]
#![deny(nonstandard_style)]
#![deny(warnings, missing_docs, unreachable_pub, unused, rust_2018_idioms, future_incompatible)]
#![deny(unused_qualifications, unused_lifetimes, unused_results, trivial_casts, trivial_numeric_casts, let_underscore)]
#![deny(missing_debug_implementations, missing_copy_implementations, single_use_lifetimes, elided_lifetimes_in_paths)]
#![deny(clippy::all)]
#![deny(clippy::pedantic)]
#![allow(
    clippy::many_single_char_names,
    clippy::must_use_candidate,
    clippy::cast_precision_loss,
    clippy::float_cmp,
    clippy::needless_for_each,
    reason = "said of the functions as they are written"
)]

use ad_runtime::{Differentiable, check_grad, differentiate};

/// Straight-line arithmetic.
#[differentiate]
pub fn scalar(x: f64, y: f64) -> f64 {
    x.ln() + x * y - y.sin()
}

/// Nothing in it depends on `y`.
#[differentiate]
fn unused(x: f64, _y: f64, _n: usize) -> f64 {
    x
}

/// No active argument at all.
#[differentiate]
fn inert(n: usize) -> f64 {
    n as f64
}

/// Constant result.
#[differentiate]
fn constant(_x: f64) -> f64 {
    1.0
}

/// Generic over its float.
#[differentiate]
pub fn generic_float<T: num_traits::Float, const N: usize>(x: T, w: &[T; N], u: &mut [T]) -> T {
    let two = T::from(2.0).unwrap_or(x);
    let mut y = T::zero();
    for (w, u) in w.iter().zip(u.iter_mut()) {
        y = y + *w * (x / two).sin().max(*u);
        *u = *u * y;
    }
    y
}

/// Takes functions.
#[differentiate]
pub fn takes<F: Fn(f64) -> f64>(f: F, g: &dyn Fn(&[f64], usize) -> f64, x: f64) -> f64 {
    f(x) * g(&[x, 1.0], 1) + f(2.0)
}

/// Passes functions.
#[differentiate]
pub fn passes(k: f64, w: &[f64]) -> f64 {
    takes(|t| t * k + w[0], &|u: &[f64], n: usize| u[n] * u[0] * w[1], k) + takes(negative, &|u, _n| u[1], w[0])
}

/// Takes a function that works in place.
#[differentiate]
pub fn flows<F>(rhs: F, y: &mut [f64], n: usize)
where
    F: Fn(usize, &[f64], &mut [f64]),
{
    let mut dy = vec![0.0; y.len()];
    for i in 0..n {
        rhs(i, y, &mut dy);
        for (y, d) in y.iter_mut().zip(&dy) {
            *y += 0.1 * d;
        }
    }
}

/// Passes it.
#[differentiate]
pub fn flown(k: f64, y: &mut [f64]) {
    flows(
        |_, y, dy| {
            dy[0] = y[1] * k;
            dy[1] = -y[0];
        },
        y,
        3,
    );
}

/// Passed by its name.
#[differentiate]
pub fn negative(x: f64) -> f64 {
    -x
}

/// Generic, with a second derivative.
#[differentiate(order = 2)]
pub fn generic_second<T>(x: T, w: &[T]) -> T
where
    T: num_traits::Float,
{
    w.iter().fold(T::one(), |y, &w| y * (w * x).exp() + x.sqrt())
}

/// A carried state.
#[differentiate]
pub(crate) fn decay(x0: f64, k: f64, n: usize) -> f64 {
    let mut x = x0;
    for _ in 0..n {
        x -= k * x * x;
    }
    x
}

/// In place.
#[differentiate]
fn heat(u: &mut [f64], c: &[f64], steps: usize) {
    let n = u.len();
    for _ in 0..steps {
        let mut left = u[0];
        for i in 1..n - 1 {
            let here = u[i];
            u[i] = here + c[i] * (left - 2.0 * here + u[i + 1]);
            left = here;
        }
    }
}

/// A chain.
#[differentiate]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// Several exits, labels, and a value of a loop.
#[differentiate]
fn exits(x: f64, y: &[f64], limit: f64) -> f64 {
    if x < 0.0 {
        return -x;
    }
    let mut s = x;
    'outer: for v in y {
        if *v < 0.0 {
            continue;
        }
        for w in y {
            if v * w > limit {
                break 'outer;
            }
            s += v * w * s;
        }
        if s > 1e6 {
            return s.sqrt();
        }
    }
    loop {
        s *= 0.5;
        if s < 1.0 {
            break s * limit;
        }
    }
}

/// Deferred initialisation, shadowing, tuples and patterns.
#[differentiate]
#[allow(clippy::needless_late_init, reason = "tested")]
fn bindings(p: &[f64; 3], (a, b): (f64, f64), k: i32) -> (f64, usize, [f64; 2]) {
    let [x, y, z] = *p;
    let phi;
    if x > y {
        phi = x * a;
    } else {
        phi = y - b;
    }
    let (mut u, mut v) = (phi, z);
    for _ in 0..k {
        (u, v) = (v, u * 0.5);
    }
    let u = match k {
        0 => u,
        1..=3 => u * v,
        _ if v > 0.0 => v.sqrt(),
        _ => -v,
    };
    let inside = if (0.5..=2.0).contains(&x) { x * x } else { x };
    (u * inside, 3, [u * v, v])
}

/// Vecs, buffers and swaps.
#[differentiate]
fn buffers(x: &[f64], steps: usize) -> Vec<f64> {
    let mut cur = x.to_vec();
    let mut next = vec![0.0; x.len()];
    for _ in 0..steps {
        for i in 0..cur.len() {
            next[i] = cur[i] * cur[(i + 1) % cur.len()];
        }
        std::mem::swap(&mut cur, &mut next);
    }
    let m = cur.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    cur.push(m);
    let mut grid = vec![vec![0.0; 2]; cur.len()];
    for (row, v) in grid.iter_mut().zip(&cur) {
        row[1] = v * v;
    }
    grid.iter().map(|row| row[1]).collect()
}

/// Newton's iteration.
#[differentiate]
fn newton(a: f64) -> f64 {
    let mut x = a;
    while (x * x - a).abs() > 1e-12 {
        x = 0.5 * (x + a / x);
    }
    x
}

/// Self recursion.
#[differentiate]
fn power(x: f64, n: u32) -> f64 {
    if n == 0 { 1.0 } else { x * power(x, n - 1) }
}

/// One function of a cycle.
#[differentiate(recursive)]
fn even(x: f64, n: u32) -> f64 {
    if n == 0 { x } else { x * odd(x, n - 1) }
}

/// The other.
#[differentiate]
fn odd(x: f64, n: u32) -> f64 {
    if n == 0 { x.sin() } else { even(x * x, n - 1) }
}

/// Calls, one of them in a loop.
#[differentiate]
fn calls(x: &[f64], #[constant] w: &[f64], k: f64) -> f64 {
    let mut u = x.to_vec();
    let mut s = scalar(k, x[0]);
    for _ in 0..3 {
        heat(&mut u, w, 2);
        s += dot(&u, x) * decay(s * 0.01, k, 3);
        u[0] = u[0].sin();
    }
    s + power(k, 3)
}

/// Many arguments.
#[allow(clippy::too_many_arguments, reason = "the expansion has as many")]
#[differentiate]
fn many(a: f64, b: f64, c: f64, d: f64, e: f64, f: f64, g: f64, h: f64) -> f64 {
    a * b + c * d + e * f + g * h
}

/// Names in capitals.
#[allow(non_snake_case, reason = "tested")]
#[differentiate]
fn capitals(T: &[f64], P: f64) -> f64 {
    let Q = P * P;
    T[0] * Q
}

/// Generic over a length, with lifetimes of its own.
#[differentiate]
fn generic<'a, const N: usize>(x: &'a [f64; N], y: &'a [f64]) -> &'a [f64] {
    let _ = x[N - 1];
    &y[N - 1..]
}

/// Single precision, and a conversion.
#[differentiate]
fn single(x: f32, y: &[f32]) -> f64 {
    let mut s = x;
    for v in y {
        s += v * x;
    }
    f64::from(s)
}

/// Items, attributes and assertions in the body.
#[differentiate]
fn items(x: f64) -> f64 {
    use std::f64::consts::PI;
    const K: f64 = 2.0;
    #[cfg(debug_assertions)]
    let y = x * K;
    #[cfg(not(debug_assertions))]
    let y = K * x;
    assert!(y.is_finite(), "not finite: {y}");
    y * PI
}

/// Closures with captures.
#[differentiate]
fn closures(x: f64, y: &[f64]) -> f64 {
    let scaled = |v: f64| v * x;
    let mut total = 0.0;
    y.iter().for_each(|v| total += scaled(*v));
    let p: f64 = y.iter().enumerate().filter(|(i, _)| i % 2 == 0).map(|(_, v)| scaled(v.exp())).sum();
    total * p
}

/// Names that the expansion might use itself.
#[expect(clippy::needless_range_loop, reason = "tested")]
#[differentiate]
fn names(x: f64, x_bar: f64, seed: &[f64], y: f64, reverse: f64, kept: usize) -> f64 {
    let mut x_dot = x * x_bar;
    for i in 0..kept {
        x_dot = x_dot * seed[i] + y;
    }
    let d = x_dot * reverse;
    d + x_dot
}

/// A workspace.
#[differentiate]
fn workspace(x: f64, #[constant] t: &mut [f64]) -> f64 {
    t[0] = x * x;
    t[0] * x
}

/// Another name for its type.
#[differentiate(type = Renamed)]
fn renamed(x: f64) -> f64 {
    x * x
}

/// Raw identifiers.
#[differentiate]
fn r#match(r#type: f64, r#in: &[f64]) -> f64 {
    r#type * r#in[0]
}

/// Residuals, which nobody calls by themselves, and their solvers.
#[differentiate]
fn square_minus(y: f64, a: f64, _table: &[f64], _n: usize) -> f64 {
    y * y - a
}

#[differentiate(implicit = square_minus)]
fn root(a: f64, #[constant] _table: &[f64], _n: usize) -> f64 {
    a.sqrt()
}

#[expect(clippy::needless_pass_by_value, reason = "as its solver takes it")]
#[differentiate]
fn squares_minus<const N: usize>(y: &[f64], a: Vec<f64>, shift: [f64; N]) -> Vec<f64> {
    (0..N).map(|i| y[i] * y[i] - a[i] - shift[i]).collect()
}

/// By values that move.
#[differentiate(implicit = squares_minus)]
pub fn roots<const N: usize>(a: Vec<f64>, shift: [f64; N]) -> Vec<f64> {
    a.into_iter().zip(shift).map(|(a, s)| (a + s).sqrt()).collect()
}

/// A struct with operators.
#[derive(Clone, Copy, Debug, Differentiable)]
pub struct Pair {
    /// One.
    pub a: f64,
    /// The other.
    pub b: f64,
}

#[differentiate(order = 2)]
impl core::ops::Mul<&f64> for Pair {
    type Output = Self;
    fn mul(self, k: &f64) -> Self {
        Self { a: self.a * k, b: self.b * k }
    }
}

#[differentiate(order = 2)]
impl core::ops::AddAssign for Pair {
    fn add_assign(&mut self, o: Self) {
        self.a += o.a;
        self.b += o.b;
    }
}

#[differentiate(order = 2)]
impl core::ops::Neg for Pair {
    type Output = Self;
    fn neg(self) -> Self {
        Self { a: -self.a, b: -self.b }
    }
}

/// Operators of it.
#[differentiate(order = 2)]
pub fn operators(p: Pair, k: f64, n: usize) -> f64 {
    let mut sum = -p;
    for _ in 0..n {
        sum += p * &k;
    }
    sum.a * sum.b
}

/// A trait.
#[differentiate(order = 2)]
pub trait Potential {
    /// Its energy.
    fn energy(&self, x: &[f64]) -> f64;
    /// Of half of it.
    fn half(&self, x: &[f64], k: f64) -> f64 {
        0.5 * self.energy(x) * k
    }
    /// In place.
    fn moved(&self, x: &mut [f64]);
}

#[differentiate(order = 2)]
impl Potential for Pair {
    fn energy(&self, x: &[f64]) -> f64 {
        self.a * x[0] * x[0] + self.b
    }
    fn moved(&self, x: &mut [f64]) {
        x[0] *= self.b;
    }
}

/// Generic over it.
#[differentiate(order = 2)]
pub fn potential<P: Potential>(p: &P, x: &[f64]) -> f64 {
    let mut x = x.to_vec();
    p.moved(&mut x);
    p.energy(&x) + p.half(&x, x[0])
}

/// Of one type.
#[differentiate]
pub fn potential_of_pair(p: Pair, x: &[f64]) -> f64 {
    potential(&p, x)
}

/// Private, and nothing but their derivatives is called.
#[derive(Clone, Copy, Debug, Differentiable)]
struct Quiet {
    x: f64,
}

#[differentiate(order = 2)]
impl Quiet {
    fn energy(self, y: f64) -> f64 {
        self.x * y
    }

    fn twice<const N: usize>(x: &[f64; N]) -> f64 {
        2.0 * x[N - 1]
    }
}

#[test]
fn derivatives_alone() {
    assert_eq!(Quiet { x: 3.0 }.energy_hvp(2.0, (Quiet { x: 0.0 }, 1.0)).1, 0.0);
    assert_eq!(Quiet::twice_grad(&[1.0]), [2.0]);
}

#[test]
fn expansions_are_silent() {
    #[differentiate]
    fn local(x: f64) -> f64 {
        let y = scalar(x, x);
        y * y
    }
    check_grad!(local, 1.3);
    check_grad!(calls, &[0.3, 0.4, 0.5], &[0.1, 0.2, 0.3], 0.7);
    check_grad!(exits, 0.3, &[0.4, 0.5], 7.0);
    check_grad!(bindings, &[1.0, 2.0, 3.0], (0.5, 0.25), 2);
    check_grad!(buffers, &[0.5, 1.5], 3);
    check_grad!(newton, 2.0);
    check_grad!(flown, 0.7, &mut [0.5, 0.2]);
    check_grad!(passes, 0.7, &[0.5, 0.2]);
    check_grad!(generic_second, 0.7, &[0.5, 0.2]);
    check_grad!(capitals, &[2.0], 3.0);
    check_grad!(even, 0.7, 3);
    check_grad!(many, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0);
    check_grad!(closures, 0.7, &[0.5, 0.2]);
    check_grad!(names, 0.5, 0.6, &[0.7, 0.8], 0.9, 1.1, 2);
    check_grad!(workspace, 1.5, &mut [2.0]);
    check_grad!(operators, Pair { a: 0.5, b: 0.7 }, 1.5, 3);
    check_grad!(potential_of_pair, Pair { a: 0.5, b: 0.7 }, &[0.3]);
    check_grad!(items, 1.5);
    check_grad!(root, 2.0, &[1.0], 3);
    check_grad!(roots, vec![1.0, 2.0], [0.5, 0.25]);
    check_grad!(unused, 1.5, 2.0, 3);
    check_grad!(r#match, 1.5, &[2.0]);
    check_grad!(single, 1.5f32, &[2.0f32]; step = 1e-2, tolerance = 1e-2);
    assert_eq!(Renamed::grad(3.0), 6.0);
    assert_eq!(constant::grad(3.0), 0.0);
    assert_eq!((renamed(3.0), inert(3)), (9.0, 3.0));
    assert_eq!(generic::vjp(&[1.0, 2.0], &[3.0, 4.0]).1(&[1.0]), ([0.0, 0.0], vec![0.0, 1.0]));
}
