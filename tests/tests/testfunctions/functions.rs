//! The functions of the crate `argmin_testfunctions`, written as one writes them by hand, with `order = 2`.

use ad_runtime::differentiate;
use std::f64::consts::PI;

#[differentiate(order = 2)]
pub(crate) fn ackley(x: &[f64], #[constant] a: f64, #[constant] b: f64, #[constant] c: f64) -> f64 {
    let n = x.len() as f64;
    let squares: f64 = x.iter().map(|x| x * x).sum();
    let cosines: f64 = x.iter().map(|x| (c * x).cos()).sum();
    -a * (-b * (squares / n).sqrt()).exp() - (cosines / n).exp() + a + 1f64.exp()
}

#[differentiate(order = 2)]
pub(crate) fn beale(x: &[f64; 2]) -> f64 {
    let [x, y] = *x;
    (1.5 - x + x * y).powi(2) + (2.25 - x + x * y.powi(2)).powi(2) + (2.625 - x + x * y.powi(3)).powi(2)
}

#[differentiate(order = 2)]
pub(crate) fn booth([x, y]: &[f64; 2]) -> f64 {
    (x + 2.0 * y - 7.0).powi(2) + (2.0 * x + y - 5.0).powi(2)
}

#[differentiate(order = 2)]
pub(crate) fn bukin_n6(&[x, y]: &[f64; 2]) -> f64 {
    100.0 * (y - 0.01 * x * x).abs().sqrt() + 0.01 * (x + 10.0).abs()
}

#[differentiate(order = 2)]
pub(crate) fn cross_in_tray(p: &[f64; 2]) -> f64 {
    let (x, y) = (p[0], p[1]);
    let ring = (100.0 - x.hypot(y) / PI).abs().exp();
    -0.0001 * ((x.sin() * y.sin() * ring).abs() + 1.0).powf(0.1)
}

#[differentiate(order = 2)]
pub(crate) fn easom(&[x, y]: &[f64; 2]) -> f64 {
    -x.cos() * y.cos() * (-(x - PI).powi(2) - (y - PI).powi(2)).exp()
}

#[differentiate(order = 2)]
pub(crate) fn eggholder(&[x, y]: &[f64; 2]) -> f64 {
    let y = y + 47.0;
    -y * (y + x / 2.0).abs().sqrt().sin() - x * (x - y).abs().sqrt().sin()
}

#[differentiate(order = 2)]
pub(crate) fn goldsteinprice(&[x, y]: &[f64; 2]) -> f64 {
    let first = 19.0 - 14.0 * x + 3.0 * x * x - 14.0 * y + 6.0 * x * y + 3.0 * y * y;
    let second = 18.0 - 32.0 * x + 12.0 * x * x + 48.0 * y - 36.0 * x * y + 27.0 * y * y;
    (1.0 + (x + y + 1.0).powi(2) * first) * (30.0 + (2.0 * x - 3.0 * y).powi(2) * second)
}

#[differentiate(order = 2)]
pub(crate) fn himmelblau(&[x, y]: &[f64; 2]) -> f64 {
    (x * x + y - 11.0).powi(2) + (x + y * y - 7.0).powi(2)
}

#[differentiate(order = 2)]
pub(crate) fn holder_table(&[x, y]: &[f64; 2]) -> f64 {
    -(x.sin() * y.cos() * (1.0 - (x * x + y * y).sqrt() / PI).abs().exp()).abs()
}

#[differentiate(order = 2)]
pub(crate) fn levy(x: &[f64]) -> f64 {
    let w = |x: f64| 1.0 + (x - 1.0) / 4.0;
    let (first, last) = (w(x[0]), w(x[x.len() - 1]));
    let mut total = (PI * first).sin().powi(2);
    for &x in &x[1..x.len() - 1] {
        let w = w(x);
        total += (w - 1.0).powi(2) * (1.0 + 10.0 * (PI * w + 1.0).sin().powi(2));
    }
    total + (last - 1.0).powi(2) * (1.0 + (2.0 * PI * last).sin().powi(2))
}

#[differentiate(order = 2)]
pub(crate) fn levy_n13(&[x, y]: &[f64; 2]) -> f64 {
    let wave = |k: f64, t: f64| (k * PI * t).sin().powi(2);
    wave(3.0, x) + (x - 1.0).powi(2) * (1.0 + wave(3.0, y)) + (y - 1.0).powi(2) * (1.0 + wave(2.0, y))
}

#[differentiate(order = 2)]
pub(crate) fn matyas(&[x, y]: &[f64; 2]) -> f64 {
    0.26 * (x * x + y * y) - 0.48 * x * y
}

#[differentiate(order = 2)]
pub(crate) fn mccormick(&[x, y]: &[f64; 2]) -> f64 {
    (x + y).sin() + (x - y).powi(2) - 1.5 * x + 2.5 * y + 1.0
}

/// Calls another function of this file.
#[differentiate(order = 2)]
pub(crate) fn picheny(p: &[f64; 2]) -> f64 {
    (goldsteinprice(&p.map(|x| 4.0 * x - 2.0)).log10() - 8.693) / 2.427
}

#[differentiate(order = 2)]
pub(crate) fn rastrigin(x: &[f64], #[constant] a: f64) -> f64 {
    a * x.len() as f64 + x.iter().map(|x| x.powi(2) - a * (2.0 * PI * x).cos()).sum::<f64>()
}

#[differentiate(order = 2)]
pub(crate) fn rosenbrock(x: &[f64], #[constant] a: f64, #[constant] b: f64) -> f64 {
    x.windows(2).map(|w| (a - w[0]).powi(2) + b * (w[1] - w[0].powi(2)).powi(2)).sum()
}

#[differentiate(order = 2)]
pub(crate) fn schaffer_n2(&[x, y]: &[f64; 2]) -> f64 {
    let (x, y) = (x * x, y * y);
    0.5 + ((x - y).sin().powi(2) - 0.5) / (1.0 + 0.001 * (x + y)).powi(2)
}

#[differentiate(order = 2)]
pub(crate) fn schaffer_n4(&[x, y]: &[f64; 2]) -> f64 {
    let (x, y) = (x * x, y * y);
    0.5 + ((x - y).abs().sin().cos().powi(2) - 0.5) / (1.0 + 0.001 * (x + y)).powi(2)
}

#[differentiate(order = 2)]
pub(crate) fn sphere(x: &[f64]) -> f64 {
    x.iter().map(|x| x.powi(2)).sum()
}

#[differentiate(order = 2)]
pub(crate) fn styblinski_tang(x: &[f64]) -> f64 {
    0.5 * x.iter().map(|x| x.powi(4) - 16.0 * x.powi(2) + 5.0 * x).sum::<f64>()
}

#[differentiate(order = 2)]
pub(crate) fn threehumpcamel(&[x, y]: &[f64; 2]) -> f64 {
    2.0 * x.powi(2) - 1.05 * x.powi(4) + x.powi(6) / 6.0 + x * y + y.powi(2)
}

#[differentiate(order = 2)]
pub(crate) fn zero(_x: &[f64]) -> f64 {
    0.0
}
