//! Idioms of numeric Rust as found in the wild, by their numbers: 1 to 8.

#![allow(missing_docs, clippy::all)]

use ad_runtime::differentiate;
use ad_tests::check;

// 1. Call form of methods, functions as values.

#[differentiate]
fn largest_of_three(a: f64, b: f64, c: f64) -> f64 {
    f64::max(f64::max(a, b), c)
}

#[differentiate]
fn root_mean(x: &[f64]) -> f64 {
    let s: f64 = x.iter().copied().map(f64::sqrt).sum();
    s / f64::max(x.len() as f64, 1.0)
}

#[differentiate]
fn log_sum_exp(x: &[f64]) -> f64 {
    let m = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    m + x.iter().map(|v| f64::exp(v - m)).sum::<f64>().ln()
}

#[differentiate]
fn call_forms(x: f64, y: f64) -> f64 {
    f64::powi(x, 2) + f64::powf(x, y) - f64::atan2(y, x) * f64::hypot(x, y) + f64::mul_add(x, y, f64::abs(-x))
}

#[test]
fn idiom_01_call_form_of_methods() {
    check!(largest_of_three, 1.0, 2.0, 0.5);
    check!(largest_of_three, 3.0, 2.0, 0.5);
    check!(largest_of_three, 1.0, 2.0, 7.5);
    check!(root_mean, &[1.0, 2.0, 9.0]);
    check!(log_sum_exp, &[0.3, -1.0, 2.0, 1.9]);
    check!(call_forms, 1.3, 0.7);
}

// 2. Literals with suffixes and casts; integer division inside a cast.

#[differentiate]
fn literals(x: f64) -> f64 {
    let half = 1f64 / 2_f64;
    let zero = 0 as f64;
    let milli = (1 / 1000) as f64;
    let one = (1000 / 1000) as f64;
    half * x * x + zero * x + milli * x.exp() + one * x.sin() + 1e3f64 / 1_000.0 * x + 0x10 as f64 * x
}

#[differentiate]
fn weights(x: &[f64]) -> f64 {
    let n = x.len();
    let mut s = 0f64;
    for i in 0..n {
        s += (i / 2) as f64 * x[i] + (i as f64) / 2f64 * x[i].powi(2i32);
    }
    s
}

#[test]
fn idiom_02_literals_and_integer_division() {
    check!(literals, 0.7);
    check!(weights, &[1.0, -2.0, 0.3, 0.4, 2.5]);
}

// 3. Literal receivers.

#[differentiate]
fn decibels(x: f64) -> f64 {
    10_f64.powf(x / 20.0) + 2f64.powf(-x) + 20.0 * x.abs().log10()
}

#[differentiate]
fn relu(x: f32) -> f32 {
    0.0f32.max(x) * 2.0f32.min(x + 1.5)
}

#[differentiate]
fn literal_receivers(x: f64) -> f64 {
    1.0_f64.hypot(x) + 1f64.atan2(x) + 3.0_f64.mul_add(x, x) + 5.5_f64.copysign(x) * x + 0.5_f64.clamp(0.0, x)
}

#[test]
fn idiom_03_literal_receivers() {
    check!(decibels, 0.7);
    check!(relu, 0.25f32; step = 1e-2, tolerance = 1e-2);
    check!(relu, -0.25f32; step = 1e-2, tolerance = 1e-2);
    check!(literal_receivers, 0.3);
    check!(literal_receivers, 1.3);
    let slope = decibels::grad(0.7);
    assert!(slope > 0.0);
}

// 4. Unary minus binds weaker than a method call.

#[differentiate]
fn survival(x: f64, k: f64) -> f64 {
    -x.exp_m1() + -k.powi(2) * -x.abs() - -(-x).exp_m1()
}

#[differentiate]
fn minus(x: f64, y: f64) -> f64 {
    let a = -x.powi(2);
    let b = (-x).powi(2);
    a * y + b - -y.ln() * 2.0 + -1.0_f64.powi(2) * x
}

#[test]
fn idiom_04_minus_before_a_method() {
    check!(survival, 0.4, 1.5);
    check!(survival, -0.4, 1.5);
    check!(minus, 0.4, 1.5);
    assert_eq!(minus(2.0, 1.0), -4.0 + 4.0 - 2.0);
}

// 5. Exponents known at run time, bases zero and negative.

#[differentiate]
fn polynomial(c: &[f64], x: f64) -> f64 {
    let n = c.len() as i32 - 1;
    let mut s = 0.0;
    for (i, ci) in c.iter().enumerate() {
        s += ci * x.powi(n - i as i32);
    }
    s
}

#[differentiate]
fn power_mean(x: &[f64], p: f64) -> f64 {
    let mut s = 0.0;
    for v in x {
        s += v.powf(p);
    }
    (s / x.len() as f64).powf(1.0 / p)
}

#[differentiate]
fn powers(x: f64, n: i32) -> f64 {
    x.powi(n) + x.powi(-n) + x.powi(n % 3) + x.powi(n.abs() - 1)
}

#[test]
fn idiom_05_run_time_exponents() {
    check!(polynomial, &[1.0, -2.0, 0.5, 3.0], 0.0);
    check!(polynomial, &[1.0, -2.0, 0.5, 3.0], -1.5);
    check!(power_mean, &[1.0, 2.0, 5.0], 2.5);
    check!(power_mean, &[1.0, 2.0, 5.0], -1.0);
    for n in -3..4 {
        check!(powers, -1.3, n);
        check!(powers, 0.8, n);
    }
    assert_eq!(polynomial::grad(&[1.0, 2.0, 3.0], 0.0), (vec![0.0, 0.0, 1.0], 2.0));
}

// 6. Deferred initialisation, and one temporary used again and again.

#[differentiate]
fn phase(x: f64, y: f64) -> f64 {
    let phi;
    if x > 0.0 {
        phi = (y / x).atan();
    } else if x < 0.0 {
        phi = (y / x).atan() + core::f64::consts::PI;
    } else {
        phi = core::f64::consts::FRAC_PI_2;
    }
    phi * phi
}

#[differentiate]
fn bessel_like(x: f64, n: usize) -> f64 {
    let mut tmp: f64;
    let (mut a, mut b) = (x.sin() / x, x.sin() / (x * x) - x.cos() / x);
    for k in 1..n {
        tmp = (2.0 * k as f64 + 1.0) / x * b - a;
        a = b;
        b = tmp;
    }
    b
}

#[differentiate]
fn deferred_pair(x: f64, up: bool) -> f64 {
    let (a, b): (f64, f64);
    let scale: f64;
    match up {
        true => {
            a = x.sin();
            b = x;
            scale = 2.0;
        }
        false => {
            a = 1.0;
            b = x.exp();
            scale = x;
        }
    }
    scale * a / b
}

#[test]
fn idiom_06_deferred_initialisation() {
    check!(phase, 0.4, 1.5);
    check!(phase, -0.4, 1.5);
    check!(bessel_like, 1.4, 5);
    check!(bessel_like, 1.4, 1);
    check!(deferred_pair, 0.8, true);
    check!(deferred_pair, 0.8, false);
}

// 7. Shadowing that changes the type.

#[differentiate]
fn harmonic(x: f64, k: usize) -> f64 {
    let k = k as f64;
    let x = [x, x * k];
    let x = x[0] + x[1].sin();
    let k = k > 2.0;
    if k { x * x } else { x }
}

#[differentiate]
fn hiding(x: &[f64]) -> f64 {
    let s: f64 = x.iter().map(|x| x * x).sum();
    let x = x[0];
    let f = |x: f64| x * s;
    let s = f(x) + f(1.0);
    s * x
}

#[test]
fn idiom_07_shadowing() {
    check!(harmonic, 0.8, 2);
    check!(harmonic, 0.8, 3);
    check!(hiding, &[1.5, -2.0, 0.25]);
}

// 8. Destructuring assignment is simultaneous.

#[differentiate]
fn clenshaw(c: &[f64], x: f64) -> f64 {
    let (mut c0, mut c1) = (0.0, 0.0);
    for &c in c.iter().rev() {
        (c1, c0) = (c0, x.mul_add(c0, c - c1));
    }
    c0
}

#[differentiate]
fn simultaneous(x: f64, y: f64, n: u32) -> f64 {
    let (mut a, mut b) = (x, y);
    let mut v = [x, y, x * y];
    for _ in 0..n {
        (a, b) = (b, a + b * 0.5);
        (v[0], v[1], v[2]) = (v[1], v[2] * a, v[0] - b);
        [a, b] = [b + v[0], a];
        (a, _) = (a * 0.9, b);
    }
    a * v[0] + b * v[1] * v[2]
}

#[differentiate]
fn agm(a: f64, b: f64) -> f64 {
    let (mut a, mut g) = (a, b);
    while (a - g).abs() > 1e-14 * a {
        (a, g) = (0.5 * (a + g), (a * g).sqrt());
    }
    a
}

#[test]
fn idiom_08_destructuring_assignment() {
    check!(clenshaw, &[1.0, 0.5, -0.3, 0.7], 0.3);
    check!(clenshaw, &[], 0.3);
    check!(simultaneous, 0.6, 1.2, 3);
    check!(agm, 1.0, 3.0);
}
