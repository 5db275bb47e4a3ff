//! Rules for special functions of the crates `libm`, `puruspe` and `statrs`, whose bodies the compiler does not see, against
//! the derivatives in the test data of Boost.Math and SciPy (`boost.txt`).

use ad_runtime::{check_grad, differentiate};
use puruspe::{Inu_Knu, Jnu_Ynu};
use statrs::function::gamma::digamma;

/// Bessel functions: `J_n` and `Y_0`; `J_v`, `Y_v`, `I_v` and `K_v`, of which the derivative in `v` is not known.
#[differentiate(partials(0.5 * (libm::jn(n - 1, x) - libm::jn(n + 1, x))))]
fn jn(n: i32, x: f64) -> f64 {
    libm::jn(n, x)
}

#[differentiate(partials(-libm::y1(x)))]
fn y0(x: f64) -> f64 {
    libm::y0(x)
}

#[differentiate(partials(v / x * y - Jnu_Ynu(v + 1.0, x).0))]
fn jv(#[constant] v: f64, x: f64) -> f64 {
    Jnu_Ynu(v, x).0
}

#[differentiate(partials(v / x * y - Jnu_Ynu(v + 1.0, x).1))]
fn yv(#[constant] v: f64, x: f64) -> f64 {
    Jnu_Ynu(v, x).1
}

#[differentiate(partials(v / x * y + Inu_Knu(v + 1.0, x).0))]
fn iv(#[constant] v: f64, x: f64) -> f64 {
    Inu_Knu(v, x).0
}

#[differentiate(partials(v / x * y - Inu_Knu(v + 1.0, x).1))]
fn kv(#[constant] v: f64, x: f64) -> f64 {
    Inu_Knu(v, x).1
}

#[differentiate(partials(digamma(x)))]
fn ln_gamma(x: f64) -> f64 {
    libm::lgamma(x)
}

#[differentiate(partials(y * digamma(x)))]
fn gamma(x: f64) -> f64 {
    libm::tgamma(x)
}

/// Both modes' derivative at a point.
type Rule = Box<dyn Fn(f64) -> (f64, f64)>;

/// `rule!(f, fixed arguments)`
macro_rules! rule {
    ($f:ident $(, $fixed:expr)*) => {
        Box::new(move |x| {
            let (_, forward) = $f::jvp(rule!(@ $($fixed,)* x), 1.0);
            ($f::grad($($fixed,)* x), forward)
        })
    };
    (@ $x:expr) => { $x };
    (@ $fixed:expr, $x:expr) => { ($fixed, $x) };
}

/// Of `boost.txt`.
const ROWS: usize = 325;

#[test]
fn tables() {
    let mut rows = 0;
    for line in include_str!("boost.txt").lines().filter(|l| !l.starts_with('#')) {
        let (name, numbers) = line.split_once(' ').unwrap();
        let numbers: Vec<f64> = numbers.split(' ').map(|n| n.parse().unwrap()).collect();
        let (order, x, want) = match numbers[..] {
            [x, want] => (0.0, x, want),
            [order, x, want] => (order, x, want),
            _ => panic!("{line}"),
        };
        let rule: Rule = match name {
            "jn" => rule!(jn, order as i32),
            "y0" => rule!(y0),
            "jv" => rule!(jv, order),
            "yv" => rule!(yv, order),
            "iv" => rule!(iv, order),
            "kv" => rule!(kv, order),
            "digamma" => rule!(ln_gamma),
            _ => panic!("{line}"),
        };
        let (reverse, forward) = rule(x);
        assert_eq!(reverse, forward, "{line}");
        // The last bits of the argument matter near zeros of the derivative and for large arguments; the crates lose a few more.
        let slope = (rule(x * (1.0 + 1e-5)).0 - rule(x * (1.0 - 1e-5)).0) / 2e-5;
        let tolerance = 32.0 * f64::EPSILON * (want.abs() + slope.abs());
        assert!((reverse - want).abs() <= tolerance, "{line}: {reverse}, off by more than {tolerance:e}");
        rows += 1;
    }
    assert_eq!(rows, ROWS);
}

/// A gamma distribution's log likelihood, of which the derivative in the shape is zero at the maximum.
#[differentiate]
fn log_likelihood(shape: f64, scale: f64, data: &[f64]) -> f64 {
    data.iter().map(|x| (shape - 1.0) * x.ln() - x / scale - ln_gamma(shape) - shape * scale.ln()).sum()
}

#[differentiate]
fn student(t: f64, nu: f64) -> f64 {
    let pi = std::f64::consts::PI;
    gamma(0.5 * (nu + 1.0)) / (gamma(0.5 * nu) * (pi * nu).sqrt()) * (1.0 + t * t / nu).powf(-0.5 * (nu + 1.0))
}

/// Of a vibrating membrane.
#[differentiate]
fn drum(r: f64, angle: f64, k: f64) -> f64 {
    let mut total = 0.0;
    for n in 0..4 {
        total += jn(n, k * r) * (f64::from(n) * angle).cos() - 0.1 * kv(0.5, r) * y0(k * r + 1.0);
    }
    total
}

#[test]
fn inside_other_functions() {
    check_grad!(log_likelihood, 2.3, 0.8, &[0.4, 1.9, 2.5, 3.3]);
    check_grad!(student, 0.7, 4.2);
    check_grad!(drum, 0.6, 1.1, 3.7);
}
