//! Functions as arguments: `fn simpson(f: impl Fn(f64) -> f64, a: f64, b: f64, n: usize) -> f64`.

#![allow(missing_docs, clippy::useless_vec)]

use ad_runtime::{check_grad, differentiate, func, with_derivative};

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-6 * (1.0 + expected.abs()), "found {found}, expected {expected}");
}

#[differentiate]
fn simpson(f: impl Fn(f64) -> f64, a: f64, b: f64, n: usize) -> f64 {
    let h = (b - a) / n as f64;
    let mut sum = f(a) + f(b);
    for i in 1..n {
        let w = if i % 2 == 1 { 4.0 } else { 2.0 };
        sum += w * f(a + i as f64 * h);
    }
    sum * h / 3.0
}

#[differentiate]
fn twice<F: Fn(f64) -> f64>(f: F, x: f64) -> f64 {
    f(f(x))
}

#[differentiate]
fn square(x: f64) -> f64 {
    x * x
}

#[test]
fn from_outside() {
    assert_eq!(twice::value_and_grad(func::<square>(), 3.0), (81.0, 108.0));
    assert_eq!(twice::jvp((func::<square>(), 3.0), 1.0), (81.0, 108.0));
    let (y, pullback) = twice::vjp(func::<square>(), 3.0);
    assert_eq!((y, pullback(2.0), pullback(1.0)), (81.0, 216.0, 108.0));
    let sine = with_derivative(f64::sin, f64::cos);
    let (a, b) = simpson::grad(sine, 0.2, 1.0, 100);
    close(a, -(0.2_f64).sin());
    close(b, 1.0_f64.sin());
    let k = 2.0;
    let scaled = with_derivative(move |x| k * x, move |_| k);
    assert_eq!(twice::grad(scaled, 5.0), 4.0);
}

#[differentiate]
fn area(k: f64, b: f64) -> f64 {
    simpson(|x| (k * x).sin(), 0.0, b, 40)
}

#[differentiate]
fn named(x: f64) -> f64 {
    twice(square, x) * x + simpson(square, 0.0, x, 10) + twice(f64::sin, x)
}

#[test]
fn from_inside() {
    check_grad!(area, 1.3, 0.8);
    check_grad!(named, 0.8);
}

// ---- ways to take a function ----------------------------------------------------------------------------------

#[differentiate]
fn by_reference<F: Fn(f64, f64) -> f64>(f: &F, x: f64) -> f64 {
    f(x, x) + f(x, 2.0) * f(0.5, x)
}

#[differentiate]
fn by_dyn(f: &dyn Fn(f64) -> f64, x: f64) -> f64 {
    f(x) * f(x + 1.0)
}

#[differentiate]
fn mutable(mut f: impl FnMut(f64) -> f64, x: f64) -> f64 {
    let mut s = 0.0;
    for i in 0..3 {
        s += f(x + f64::from(i)) * s;
        s += f(x);
    }
    s
}

#[differentiate]
fn mutable_reference<F>(f: &mut F, x: f64) -> f64
where
    F: FnMut(f64) -> f64,
{
    let y = f(x);
    f(y * x)
}

#[differentiate]
fn once(f: impl FnOnce(f64) -> f64 + Copy, x: f64) -> f64 {
    f(x) * x
}

#[differentiate]
fn ways(k: f64, x: f64) -> f64 {
    by_reference(&|a, b| a * b.sin() * k, x)
        + by_dyn(&|t| t * k + 1.0, x)
        + mutable(|t| (t * k).cos(), x)
        + mutable_reference(&mut |t| t.exp() * k, 0.1 * x)
        + once(|t| t + k, x)
        + by_dyn(&square, x)
}

#[test]
fn ways_to_take_a_function() {
    check_grad!(ways, 0.7, 0.4);
    let product = with_derivative(|a, b| a * b, |a, b| (b, a));
    // x² + 2 x · x / 2
    close(by_reference::grad(product, 3.0), 12.0);
}

// ---- what is passed -------------------------------------------------------------------------------------------

#[differentiate]
fn compose(f: impl Fn(f64) -> f64, g: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(g(x)) * g(f(x))
}

/// Passed on, by value and by reference, and inside another closure.
#[differentiate]
fn halves<F: Fn(f64) -> f64>(f: F, a: f64, b: f64) -> f64 {
    let m = 0.5 * (a + b);
    simpson(&f, a, m, 10) + simpson(|x| f(x) * m, m, b, 10)
}

#[differentiate]
fn adaptive(f: &dyn Fn(f64) -> f64, a: f64, b: f64, depth: usize) -> f64 {
    let m = 0.5 * (a + b);
    if depth == 0 { f(m) * (b - a) } else { adaptive(f, a, m, depth - 1) + adaptive(f, m, b, depth - 1) }
}

#[differentiate]
fn passed_on(k: f64, b: f64) -> f64 {
    halves(|x| (k * x).exp(), 0.1, b) * adaptive(&|x| k * x * x, 0.0, b, 3)
}

#[differentiate]
fn captures(k: f64, w: &[f64], n: usize, c: [f64; 2]) -> f64 {
    let mut scale = k;
    let mut table = vec![k; 3];
    for i in 0..n {
        // Captured by value and by reference, all of it new in each iteration.
        scale = scale * 1.1 + simpson(|x| x * scale * w[i] + table[i] * c[0], 0.0, k, 4);
        table[i] = scale.sin();
    }
    let inner = |t: f64| t * w[0] + c[1];
    let fixed = 2.0;
    compose(|x| inner(x) * fixed, |x| inner(inner(x)) - w[1], scale) + twice(|x| x * x, 0.3)
}

#[differentiate]
fn branches(k: f64, x: f64) -> f64 {
    let y = if x > 0.5 { twice(|t| if t > 1.0 { t * k } else { t + k * t * t }, x) } else { twice(|t| k - t, x) };
    let z = twice(
        |t| {
            let mut s = 0.0;
            for i in 1..4 {
                s += t.powi(i) * k;
            }
            s
        },
        0.2 * y,
    );
    y * z
}

#[differentiate]
fn same_twice(k: f64, x: f64) -> f64 {
    let f = |t: f64| t * t + k;
    let first = twice(f, x);
    compose(f, f, first) + twice(square, first) + compose(square, square, k)
}

#[differentiate]
fn nested(k: f64, x: f64) -> f64 {
    simpson(|s| simpson(|t| k * s * t * x, 0.0, s, 6), 0.0, x, 6)
}

/// Nothing goes in but by the closure.
#[differentiate]
fn only_captured(k: f64) -> f64 {
    simpson(|x| (x * k).sqrt(), 1.0, 2.0, 10)
}

#[differentiate]
fn constants_only(x: f64) -> f64 {
    x * simpson(|t| t * t, 0.0, 1.0, 2) + x * simpson(square, 0.0, 1.0, 2)
}

#[differentiate]
fn returning(k: f64, x: f64) -> f64 {
    twice(
        |t| -> f64 {
            if t < 0.0 {
                return k * t;
            }
            t * t * k
        },
        x,
    )
}

/// The result is a float where nothing says it; tuples are captured part by part.
#[differentiate]
fn parts(k: f64, x: f64) -> f64 {
    let pair = (k * x, [k, 2.0]);
    let nested = (pair, 3.0 * x);
    twice(
        |t| {
            if t < 0.0 {
                return pair.0 * t;
            }
            t * pair.0 + pair.1[0] * nested.1 + nested.0.0
        },
        x,
    )
}

#[differentiate]
fn raw_names(r#type: f64, x: f64) -> f64 {
    let r#loop = (r#type, x);
    twice(|r#fn| r#fn * r#type + r#loop.0, x)
}

#[test]
fn what_is_passed() {
    check_grad!(passed_on, 0.7, 0.9);
    check_grad!(captures, 0.7, &[0.3, 0.8, -0.4][..], 3usize, [0.2, 0.9]);
    for x in [0.3, 0.6, 1.4] {
        check_grad!(branches, 0.7, x);
    }
    check_grad!(same_twice, 0.3, 0.6);
    check_grad!(nested, 0.7, 1.3);
    check_grad!(only_captured, 0.7);
    check_grad!(constants_only, 0.7);
    check_grad!(returning, 0.7, 0.8);
    check_grad!(returning, 0.7, -0.8);
    check_grad!(parts, 0.7, 0.8);
    check_grad!(raw_names, 0.7, 0.8);
    check_grad!(parts, 0.7, -0.8);
    close(halves::grad(func::<square>(), 0.0, 1.0).1, {
        let h = 1e-5;
        (halves(square, 0.0, 1.0 + h) - halves(square, 0.0, 1.0 - h)) / (2.0 * h)
    });
}

// ---- systems --------------------------------------------------------------------------------------------------

#[differentiate]
fn rk4<F: Fn(f64, &[f64], &mut [f64])>(rhs: F, y: &mut [f64], t0: f64, h: f64, steps: usize) {
    let n = y.len();
    let (mut k1, mut k2, mut k3, mut k4) = (vec![0.0; n], vec![0.0; n], vec![0.0; n], vec![0.0; n]);
    let mut at = vec![0.0; n];
    let mut t = t0;
    for _ in 0..steps {
        rhs(t, y, &mut k1);
        for i in 0..n {
            at[i] = y[i] + 0.5 * h * k1[i];
        }
        rhs(t + 0.5 * h, &at, &mut k2);
        for i in 0..n {
            at[i] = y[i] + 0.5 * h * k2[i];
        }
        rhs(t + 0.5 * h, &at, &mut k3);
        for i in 0..n {
            at[i] = y[i] + h * k3[i];
        }
        rhs(t + h, &at, &mut k4);
        for i in 0..n {
            y[i] += h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
        }
        t += h;
    }
}

#[differentiate]
fn oscillator(t: f64, y: &[f64], dy: &mut [f64]) {
    dy[0] = y[1];
    dy[1] = -y[0] * y[0] + t;
}

#[differentiate]
fn trajectory(p: &[f64], x0: f64, h: f64) -> f64 {
    let damping = p[1] * p[1];
    let mut y = vec![x0, p[2]];
    rk4(
        |t, y, dy| {
            dy[0] = y[1];
            dy[1] = -p[0] * y[0].sin() - damping * y[1] + t;
        },
        &mut y,
        0.0,
        h,
        5,
    );
    rk4(oscillator, &mut y, 0.1, h, 3);
    y[0] * y[0] + y[1]
}

#[differentiate]
fn step(f: impl Fn(f64, [f64; 2]) -> [f64; 2], y: [f64; 2], h: f64) -> [f64; 2] {
    let k = f(0.0, y);
    let m = f(h, [y[0] + h * k[0], y[1] + h * k[1]]);
    [y[0] + 0.5 * h * (k[0] + m[0]), y[1] + 0.5 * h * (k[1] + m[1])]
}

#[differentiate]
fn heun(y: [f64; 2], k: f64) -> [f64; 2] {
    let mut y = y;
    for _ in 0..3 {
        y = step(|t, y: [f64; 2]| [y[1] * k, -y[0] + t * k], y, 0.1);
    }
    y
}

#[differentiate]
fn norm_of(f: impl Fn(&[f64]) -> Vec<f64>, x: &[f64]) -> f64 {
    let y = f(x);
    let z = f(&y);
    y.iter().zip(&z).map(|(a, b)| a * b).sum()
}

#[differentiate]
fn linear(m: &[f64], x: &[f64]) -> f64 {
    norm_of(|v| v.iter().zip(m).map(|(v, m)| v * m + v * v).collect(), x)
}

#[differentiate]
fn weigh(f: impl Fn(usize, f64) -> f64, g: impl Fn(f64) -> (f64, f64), x: f64) -> f64 {
    let mut s = 0.0;
    for i in 0..3 {
        let (a, b) = g(f(i, x));
        s += a * b;
    }
    s
}

#[differentiate]
fn mixed(w: &[f64], x: f64) -> f64 {
    weigh(|i: usize, x: f64| w[i] * x, |x| (x.sin(), x * w[0]), x)
}

#[differentiate]
fn newton(f: impl Fn(f64) -> f64, df: impl Fn(f64) -> f64, x0: f64) -> f64 {
    let mut x = x0;
    while f(x).abs() > 1e-12 {
        x -= f(x) / df(x);
    }
    x
}

#[differentiate]
fn root(a: f64) -> f64 {
    newton(|x| x * x * x - a, |x| 3.0 * x * x, 1.0)
}

#[test]
fn systems() {
    check_grad!(trajectory, &[0.8, 0.3, 0.5][..], 0.4, 0.1);
    check_grad!(heun, [0.3, 0.7], 0.9);
    check_grad!(linear, &[0.3, 0.8][..], &[0.5, -0.4][..]);
    check_grad!(mixed, &[0.3, 0.8, 1.1][..], 0.7);
    close(root::grad(2.0), 2.0_f64.powf(-2.0 / 3.0) / 3.0);
    // From outside, in place.
    let mut y = [0.3, 0.4];
    let ((), pullback) = rk4::vjp(func::<oscillator>(), &mut y, 0.0, 0.1, 2);
    let (y_bar, t_bar, h_bar) = pullback(&[1.0, 0.0]);
    let at = |y0: [f64; 2], t: f64, h: f64| {
        let mut y = y0;
        rk4(oscillator, &mut y, t, h, 2);
        y[0]
    };
    let e = 1e-6;
    close(y_bar[0], (at([0.3 + e, 0.4], 0.0, 0.1) - at([0.3 - e, 0.4], 0.0, 0.1)) / (2.0 * e));
    close(t_bar, (at([0.3, 0.4], e, 0.1) - at([0.3, 0.4], -e, 0.1)) / (2.0 * e));
    close(h_bar, (at([0.3, 0.4], 0.0, 0.1 + e) - at([0.3, 0.4], 0.0, 0.1 - e)) / (2.0 * e));
    let (mut y, mut y_dot) = ([0.3, 0.4], [0.0, 0.0]);
    let _ = rk4::jvp((func::<oscillator>(), &mut y, 0.0, 0.1, 2), (&mut y_dot, 0.0, 1.0));
    close(y_dot[0], h_bar);
}

// ---- generic ----------------------------------------------------------------------------------------------------

#[differentiate]
fn generic_twice<T: num_traits::Float>(f: impl Fn(T) -> T, x: T) -> T {
    f(f(x)) * x
}

#[differentiate]
fn generic_caller<T: num_traits::Float>(k: T, x: T) -> T {
    generic_twice(|t| t * k + t.sin(), x) + generic_twice(generic_square, x)
}

#[differentiate]
fn generic_square<T: num_traits::Float>(x: T) -> T {
    x * x
}

#[test]
fn generic_over_the_float() {
    check_grad!(generic_caller, 0.7, 0.4);
    let (k, x) = generic_caller::grad(0.7_f32, 0.4);
    let (k64, x64) = generic_caller::grad(0.7_f64, 0.4);
    assert!((f64::from(k) - k64).abs() < 1e-5 && (f64::from(x) - x64).abs() < 1e-5);
    assert_eq!(generic_twice::grad(func::<generic_square>(), 2.0_f32), 80.0);
}
