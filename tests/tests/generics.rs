//! Functions that are generic over their float: `fn f<T: Float>(x: T) -> T`.

#![allow(missing_docs, clippy::needless_lifetimes, clippy::needless_range_loop)]

use ad_runtime::{Differentiable, Function, check_grad, differentiate};
use num_traits::{Float, FloatConst, FromPrimitive, NumCast};

fn num<T: NumCast>(x: f64) -> T {
    T::from(x).unwrap()
}

/// Compares with differences in `f64`, and the gradient in `f32` with the one in `f64`.
macro_rules! both {
    ($f:ident; $($x:expr),+) => {{
        check_grad!($f, $($x),+);
        let (y, g) = $f::value_and_grad($($x as f64),+);
        let (y32, g32) = $f::value_and_grad($($x as f32),+);
        assert_eq!(y, $f($($x as f64),+));
        assert_eq!(y32, $f($($x as f32),+));
        close(y32.into(), y);
        let (mut a, mut b) = (Vec::new(), Vec::new());
        ad_runtime::Flat::read(&g, &mut |x| a.push(x));
        ad_runtime::Flat::read(&g32, &mut |x| b.push(x));
        assert_eq!(a.len(), b.len());
        a.iter().zip(&b).for_each(|(a, b)| close(*b, *a));
    }};
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-4 * (1.0 + expected.abs()), "found {found}, expected {expected}");
}

// ---- constants, conversions ---------------------------------------------------------------------------------

#[differentiate]
fn logistic<T: Float>(x: T) -> T {
    T::one() / (T::one() + (-x).exp())
}

#[differentiate]
fn constants<T>(x: T, y: T) -> T
where
    T: Float + FloatConst + FromPrimitive,
{
    let two = T::from(2.0).unwrap();
    let three = T::from(3).unwrap();
    let half = T::from_f64(0.5).unwrap();
    let n = T::from_usize(4).expect("small");
    let eps = T::epsilon() + T::min_positive_value();
    let best = T::neg_infinity().max(x * two).min(T::infinity());
    let none = if x == T::max_value() || x == T::nan() { T::zero() } else { y };
    best * three
        + half * none.sin() * T::PI() / n
        + (x * T::E() + eps) * T::LN_2()
        + T::neg_zero()
        + T::min_value() * T::zero()
}

#[test]
fn literals_are_of_the_type_parameter() {
    both!(logistic; 0.3);
    both!(constants; 0.7, -1.3);
    let s = logistic(0.3);
    close(logistic::grad(0.3), s * (1.0 - s));
    assert_eq!(logistic::grad::<f32>(0.0), 0.25);
    assert!(logistic::EXPLAIN.contains("logistic"));
}

#[differentiate]
fn forms<T: Float>(x: T, y: T) -> T {
    let a = Float::sqrt(x) + T::sin(y) + <T as Float>::cos(x);
    let b: T = NumCast::from(2.5).unwrap();
    let c = <T as NumCast>::from(3u8).unwrap();
    let d = num_traits::clamp(x * y, -c, c);
    let e = Float::powi(x, 3).mul_add(b, y.neg());
    let f = if y.is_zero() || x.is_one() { x } else { y.powf(b) };
    (a + d) * e + Float::max(x, y) + f
}

#[differentiate]
fn methods<T: Float>(x: T, y: T) -> T {
    let (s, c) = x.sin_cos();
    let mut z = s * c.atan2(y) + x.hypot(y) + y.recip() + x.ln_1p() + y.exp_m1() + x.log(y + T::one() + T::one());
    z = z + x.tanh() + x.asinh() + (x + T::one()).acosh() + (x / y).atan() + x.cbrt() + x.exp2() + x.log2() + y.log10();
    z = z + x.abs() + x.signum() * x + y.fract() + y.floor() + x.ceil() + x.round() + y.trunc() + x.copysign(y);
    z = z + x.to_degrees() + y.to_radians() + x.tan() + x.sinh() - y.cosh() + (x / (y + T::one())).asin();
    z = z + (x / (y + T::one())).acos() + (x / (y + T::one())).atanh() + x.ln() * y.sqrt() + x % y;
    if x.is_nan() || !y.is_finite() || x.is_infinite() || x.is_sign_negative() || !x.is_normal() {
        z = T::zero();
    }
    z
}

#[test]
fn methods_in_both_forms() {
    both!(forms; 0.8, 1.7);
    both!(methods; 0.8, 1.3);
}

#[differentiate]
fn through_f64<T: Float>(x: T) -> T {
    let wide = x.to_f64().unwrap() * 2.0;
    let back = T::from(wide.sin()).unwrap();
    let n = x.floor().to_usize().unwrap();
    back * x + T::from(n).unwrap()
}

#[differentiate]
fn mixed(x: f32) -> f64 {
    logistic(x) as f64 * 2.0
}

#[differentiate]
fn maybe<T: Float>(x: T) -> T {
    let mut sum = T::zero();
    if let Some(k) = T::from(3) {
        sum = sum + k * x;
    }
    sum + x * T::from(2.0).unwrap_or(T::one())
}

#[test]
fn casts_keep_the_derivative() {
    both!(through_f64; 1.4);
    both!(maybe; 1.4);
    close(mixed::grad(0.5).into(), 2.0 * logistic::grad(0.5_f64));
}

// ---- loops, slices, sums --------------------------------------------------------------------------------------

#[differentiate]
fn weighted<T: Float>(x: T, w: &[T]) -> T {
    let mut total = T::zero();
    for (i, &w) in w.iter().enumerate() {
        let k = T::from(i + 1).unwrap();
        total = total + w * (k * x).sin();
    }
    total / T::from(w.len()).unwrap()
}

#[differentiate]
fn sums<T: Float + std::iter::Sum, const N: usize>(a: &[T; N], b: &[T]) -> T {
    let dot = a.iter().zip(b).map(|(&x, &y)| x * y).sum::<T>();
    let most = b.iter().copied().fold(T::neg_infinity(), T::max);
    let norm: T = a.iter().map(|x| x.powi(2)).sum::<T>().sqrt();
    dot + most * norm + b.iter().fold(T::one(), |p, &x| p * x)
}

#[differentiate]
fn in_place<'a, T>(u: &'a mut [T], k: T)
where
    T: Float + std::ops::AddAssign + std::ops::MulAssign,
{
    for i in 1..u.len() {
        u[i] += k * u[i - 1];
        u[i] *= u[i];
    }
    let mut scratch = vec![T::zero(); u.len()];
    scratch.copy_from_slice(u);
    u.iter_mut().zip(&scratch).for_each(|(u, s)| *u += s.sin());
}

#[differentiate]
fn columns<T: Float>(x: &[T], n: usize) -> Vec<T> {
    let mut out = Vec::with_capacity(n);
    let mut power = T::one();
    for _ in 0..n {
        power = power * x[0];
        out.push(power + x[1]);
    }
    out
}

#[differentiate]
fn newton<T: Float>(a: T) -> T {
    let two = T::one() + T::one();
    let mut x = a;
    while (x * x - a).abs() > T::from(1e-6).unwrap() {
        x = (x + a / x) / two;
    }
    x
}

#[test]
fn loops_and_slices() {
    let w = [0.3, -1.2, 2.0];
    check_grad!(weighted, 0.7, &w[..]);
    check_grad!(weighted, 0.7_f32, &[0.3_f32, -1.2, 2.0][..]; step = 1e-2, tolerance = 2e-2);
    check_grad!(sums, &[0.5, 1.5, -0.2], &w[..]);
    check_grad!(in_place, &mut [0.4, 0.8, 1.2][..], 0.6);
    check_grad!(columns, &[1.1, 0.4][..], 3usize);
    close(newton::grad(2.0), 0.5 / 2.0_f64.sqrt());
    close(newton::grad(2.0_f32).into(), 0.5 / 2.0_f64.sqrt());
    let j = columns::jacobian::<f32>(&[2.0, 0.0], 3);
    assert_eq!(j, ndarray::array![[1.0_f32, 1.0], [4.0, 1.0], [12.0, 1.0]]);
    let mut j = [0.0_f32; 6];
    columns::jacobian_into(&[2.0_f32, 0.0], 3, &mut j);
    assert_eq!(j, [1.0, 1.0, 4.0, 1.0, 12.0, 1.0]);
    let (y, pullback) = columns::vjp(&[2.0_f32, 0.0], 3);
    assert_eq!((y, pullback(&[1.0, 0.0, 1.0])), (vec![2.0, 4.0, 8.0], vec![13.0, 2.0]));
    let (y, dy) = weighted::jvp((0.7_f32, &[1.0, 2.0]), (1.0, &[0.0, 0.0]));
    close(y.into(), (0.7_f64.sin() + 2.0 * 1.4_f64.sin()) / 2.0);
    close(dy.into(), (0.7_f64.cos() + 4.0 * 1.4_f64.cos()) / 2.0);
}

// ---- calls ------------------------------------------------------------------------------------------------------

#[differentiate]
fn twice<T: Float>(x: T) -> T {
    let a = logistic(x) * x;
    let b = logistic::<T>(a);
    let c = weighted(b, &[a, x]);
    c.sin() + b.sqrt() + logistic(c).exp() + num::<T>(2.0) * x
}

#[differentiate]
fn concrete(x: f64, w: &[f64]) -> f64 {
    logistic(x) * weighted::<f64>(x, w) + logistic::<f64>(x * x) + logistic::<f32>(x as f32) as f64
}

#[differentiate]
fn fact<T: Float>(x: T, n: u32) -> T {
    if n == 0 { T::one() } else { x * fact(x + T::one(), n - 1) }
}

#[differentiate]
fn other_way<T: Float>(x: T, k: f64) -> T {
    let wide: f64 = slope(x.to_f64().unwrap(), k);
    T::from(wide).unwrap() * x
}

#[differentiate]
fn slope(x: f64, k: f64) -> f64 {
    k * x * x
}

#[differentiate]
fn two<S: Float, T: Float>(x: S, y: T) -> (S, T) {
    let z = T::from(x * x).unwrap() * y.sin();
    (x * S::from(y).unwrap(), z)
}

#[test]
fn calls_between_generic_functions() {
    both!(twice; 0.6);
    check_grad!(concrete, 0.6, &[0.2, 0.4][..]; tolerance = 1e-4, step = 1e-3);
    check_grad!(fact, 0.6, 4u32);
    check_grad!(other_way, 0.6, 1.7);
    let (y, pullback) = two::vjp(0.5_f32, 2.0_f64);
    close(y.0.into(), 1.0);
    let (x_bar, y_bar) = pullback((1.0, 1.0));
    close(x_bar.into(), 2.0 + 2.0_f64.sin());
    close(y_bar, 0.5 + 0.25 * 2.0_f64.cos());
}

fn descend<T: Float + ad_runtime::Scalar>(mut x: T) -> T {
    for _ in 0..3 {
        x -= num::<T>(0.1) * logistic::grad(x);
    }
    x
}

fn through_hook<F: Function<(f32,), Output = f32>>(x: f32) -> f64 {
    F::evaluate(&(x,), &[x.into()], ad_runtime::Pass::Reverse(&[1.0]))[0]
}

#[test]
fn generic_callers() {
    assert!(descend(1.0_f32) < 1.0 && descend(1.0_f64) < 1.0);
    close(through_hook::<logistic>(0.5), logistic::grad(0.5_f64));
    assert_eq!(ad_runtime::func::<logistic>().call((0.0_f64,)), 0.5);
}

// ---- structs ------------------------------------------------------------------------------------------------------

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Spring<T> {
    k: T,
    rest: Vec<T>,
    n: usize,
}

#[differentiate]
fn energy<T: Float>(s: &Spring<T>, x: &[T]) -> T {
    let mut e = T::zero();
    for i in 0..s.n {
        let d = x[i] - s.rest[i];
        e = e + s.k * d * d;
    }
    e * s.k.sqrt() + s.k.powi(2)
}

#[differentiate]
fn stiff<T: Float>(s: Spring<T>) -> Spring<T> {
    Spring { k: s.k * s.k, rest: s.rest.iter().map(|&r| r * s.k).collect(), n: 2 }
}

#[differentiate]
impl<T: Float> Spring<T> {
    fn force(&self, x: T) -> T {
        -self.k * (x - self.rest[0]) + self.k.sin()
    }
    fn work(&self, x: T, n: usize) -> T {
        let mut w = T::zero();
        for i in 0..n {
            w = w + self.force(x * T::from(i).unwrap());
        }
        w
    }
}

#[test]
fn generic_structs() {
    let s = Spring { k: 1.5, rest: vec![0.5, -0.5], n: 2 };
    check_grad!(energy, &s, &[1.0, 2.0][..]);
    let (_, pullback) = stiff::vjp(s.clone());
    let bar = pullback(Spring { k: 1.0, rest: vec![1.0, 2.0], n: 2 });
    assert_eq!(bar, Spring { k: 3.0 + 0.5 - 1.0, rest: vec![1.5, 3.0], n: 2 });
    let single = Spring { k: 1.5_f32, rest: vec![0.5, -0.5], n: 2 };
    let (g, _) = energy::grad(&single, &[1.0, 2.0]);
    let (g64, _) = energy::grad(&s, &[1.0, 2.0]);
    close(g.k.into(), g64.k);
    assert_eq!(s.work_value_and_grad(0.7, 3).0, s.work(0.7, 3));
    let (of, x) = s.work_grad(0.7, 3);
    close(x, -1.5 * 3.0);
    close(of.k, -(0.7 + 1.4) + 3.0 * 0.5 + 3.0 * 1.5_f64.cos());
    close(of.rest[0], 4.5);
    let (of, _) = single.force_grad(0.7);
    close(of.k.into(), -0.2 + 1.5_f64.cos());
}

// ---- shapes of results ------------------------------------------------------------------------------------------------

#[differentiate]
fn fallible<T: Float>(x: T) -> Option<T> {
    if x <= T::zero() { None } else { Some(x.ln()) }
}

#[differentiate]
fn chained<T: Float>(x: T, y: (T, [T; 2])) -> Result<T, &'static str> {
    let l = fallible(x).ok_or("not positive")?;
    Ok(l * y.0 + y.1[1])
}

#[differentiate]
fn array<T: Float, const N: usize>(x: [T; N], #[constant] k: T) -> [T; N] {
    let mut out = [T::zero(); N];
    for i in 0..N {
        out[i] = x[i] * x[(i + 1) % N] * k;
    }
    out
}

#[test]
fn results_of_other_shapes() {
    assert_eq!(fallible::grad(2.0_f32), Some(0.5));
    assert_eq!(fallible::grad(-2.0), None);
    assert_eq!(fallible::jvp(2.0, 1.0), Some((2.0_f64.ln(), 0.5)));
    assert_eq!(chained::grad(2.0_f64, (3.0, [0.0, 1.0])), Ok((1.5, (2.0_f64.ln(), [0.0, 1.0]))));
    let (y, pullback) = array::vjp([1.0_f32, 2.0, 3.0], 2.0);
    assert_eq!((y, pullback([1.0, 0.0, 0.0])), ([4.0, 12.0, 6.0], [4.0, 2.0, 0.0]));
    let mut bar = [0.0_f64; 3];
    let y = array::adjoint([1.0, 2.0, 3.0], 2.0, &mut bar, ad_runtime::Const, [0.0, 1.0, 0.0]);
    assert_eq!((y, bar), ([4.0, 12.0, 6.0], [0.0, 6.0, 4.0]));
}

// ---- second derivatives -------------------------------------------------------------------------------------------------

#[differentiate(order = 2)]
fn curved<T: Float>(x: &[T]) -> T {
    let mut y = T::one();
    for &x in x {
        y = y * (x * x + T::one()).ln();
    }
    y + x[0].powf(x[1])
}

#[differentiate(order = 2)]
fn outer<T: Float>(x: T) -> T {
    x * cubed(x).sqrt()
}

#[differentiate(order = 2)]
fn cubed<T: Float>(x: T) -> T {
    x * x * x
}

#[differentiate]
fn of_gradient<T: Float + ad_runtime::Scalar>(x: T) -> T {
    cubed::grad(x) * x
}

#[test]
fn second_derivatives() {
    let x = [0.8, 1.3];
    let h = curved::hessian(&x);
    let step = 1e-5;
    for j in 0..2 {
        let moved = |s: f64| {
            let mut x = x;
            x[j] += s;
            curved::grad(&x)
        };
        let (up, down) = (moved(step), moved(-step));
        for i in 0..2 {
            close(h[[i, j]], (up[i] - down[i]) / (2.0 * step));
        }
        let mut unit = [0.0_f32; 2];
        unit[j] = 1.0;
        let column = curved::hvp(&[0.8_f32, 1.3], &unit);
        (0..2).for_each(|i| close(column[i].into(), h[[i, j]]));
    }
    // x^(5/2)
    close(outer::hessian(4.0)[[0, 0]], 2.5 * 1.5 * 2.0);
    close(outer::hvp(4.0_f32, 1.0).into(), 2.5 * 1.5 * 2.0);
    close(of_gradient::grad(2.0_f32).into(), 9.0 * 4.0);
}
