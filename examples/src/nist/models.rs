//! The models, each written as NIST's file states it, with `b[0]` for b1.
//!
//! `b` is fitted and so active; the predictors are data and so `#[constant]`.

use ad_runtime::differentiate;
use std::f64::consts::PI;

/// b1 (1 − exp(−b2 x))
#[differentiate]
fn misra1a(b: &[f64], #[constant] x: f64) -> f64 {
    b[0] * (1.0 - (-b[1] * x).exp())
}

/// b1 (1 − (1 + b2 x / 2)⁻²)
#[differentiate]
fn misra1b(b: &[f64], #[constant] x: f64) -> f64 {
    b[0] * (1.0 - (1.0 + b[1] * x / 2.0).powi(-2))
}

/// b1 (1 − (1 + 2 b2 x)^−½)
#[differentiate]
fn misra1c(b: &[f64], #[constant] x: f64) -> f64 {
    b[0] * (1.0 - 1.0 / (1.0 + 2.0 * b[1] * x).sqrt())
}

/// b1 b2 x / (1 + b2 x)
#[differentiate]
fn misra1d(b: &[f64], #[constant] x: f64) -> f64 {
    b[0] * b[1] * x / (1.0 + b[1] * x)
}

/// exp(−b1 x) / (b2 + b3 x)
#[differentiate]
fn chwirut(b: &[f64], #[constant] x: f64) -> f64 {
    (-b[0] * x).exp() / (b[1] + b[2] * x)
}

/// b1 exp(−b2 x) + b3 exp(−b4 x) + b5 exp(−b6 x)
#[differentiate]
fn lanczos(b: &[f64], #[constant] x: f64) -> f64 {
    b.chunks_exact(2).map(|term| term[0] * (-term[1] * x).exp()).sum()
}

/// b1 exp(−b2 x) and two bell curves (b3, b4, b5), (b6, b7, b8)
#[differentiate]
fn gauss(b: &[f64], #[constant] x: f64) -> f64 {
    b[0] * (-b[1] * x).exp() + bell(b[2], b[3], b[4], x) + bell(b[5], b[6], b[7], x)
}

/// height · exp(−((x − centre) / width)²)
#[differentiate]
fn bell(height: f64, centre: f64, width: f64, #[constant] x: f64) -> f64 {
    let z = (x - centre) / width;
    height * (-z * z).exp()
}

/// b1 x^b2
#[differentiate]
fn danwood(b: &[f64], #[constant] x: f64) -> f64 {
    b[0] * x.powf(b[1])
}

/// (b1 + b2 x + b3 x²) / (1 + b4 x + b5 x²)
#[differentiate]
fn kirby2(b: &[f64], #[constant] x: f64) -> f64 {
    polynomial(&b[..3], x) / (1.0 + x * polynomial(&b[3..], x))
}

/// (b1 + b2 x + b3 x² + b4 x³) / (1 + b5 x + b6 x² + b7 x³): Hahn1 and Thurber
#[differentiate]
fn cubic_ratio(b: &[f64], #[constant] x: f64) -> f64 {
    polynomial(&b[..4], x) / (1.0 + x * polynomial(&b[4..], x))
}

/// c1 + c2 x + c3 x² + …, by Horner's scheme
#[differentiate]
fn polynomial(c: &[f64], #[constant] x: f64) -> f64 {
    let mut sum = 0.0;
    for &coefficient in c.iter().rev() {
        sum = sum * x + coefficient;
    }
    sum
}

/// log y = b1 − b2 x1 exp(−b3 x2)
#[differentiate]
fn nelson(b: &[f64], #[constant] time: f64, #[constant] temperature: f64) -> f64 {
    b[0] - b[1] * time * (-b[2] * temperature).exp()
}

/// b1 + b2 exp(−b4 x) + b3 exp(−b5 x)
#[differentiate]
fn mgh17(b: &[f64], #[constant] x: f64) -> f64 {
    b[0] + b[1] * (-b[3] * x).exp() + b[2] * (-b[4] * x).exp()
}

/// b1 − b2 x − arctan(b3 / (x − b4)) / π
#[differentiate]
fn roszman1(b: &[f64], #[constant] x: f64) -> f64 {
    b[0] - b[1] * x - (b[2] / (x - b[3])).atan() / PI
}

/// b1 and three waves: a yearly one, and (b5, b6), (b8, b9) of the periods b4, b7
#[differentiate]
fn enso(b: &[f64], #[constant] month: f64) -> f64 {
    b[0] + wave(b[1], b[2], 12.0, month) + wave(b[4], b[5], b[3], month) + wave(b[7], b[8], b[6], month)
}

/// cosine · cos(2π x / period) + sine · sin(2π x / period)
#[differentiate]
fn wave(cosine: f64, sine: f64, period: f64, #[constant] x: f64) -> f64 {
    let phase = 2.0 * PI * x / period;
    cosine * phase.cos() + sine * phase.sin()
}

/// b1 (x² + b2 x) / (x² + b3 x + b4)
#[differentiate]
fn mgh09(b: &[f64], #[constant] x: f64) -> f64 {
    b[0] * (x * x + x * b[1]) / (x * x + x * b[2] + b[3])
}

/// b1 / (1 + exp(b2 − b3 x))
#[differentiate]
fn rat42(b: &[f64], #[constant] x: f64) -> f64 {
    b[0] / (1.0 + (b[1] - b[2] * x).exp())
}

/// b1 / (1 + exp(b2 − b3 x))^(1/b4)
#[differentiate]
fn rat43(b: &[f64], #[constant] x: f64) -> f64 {
    b[0] / (1.0 + (b[1] - b[2] * x).exp()).powf(1.0 / b[3])
}

/// b1 exp(b2 / (x + b3))
#[differentiate]
fn mgh10(b: &[f64], #[constant] x: f64) -> f64 {
    b[0] * (b[1] / (x + b[2])).exp()
}

/// (b1 / b2) exp(−½ ((x − b3) / b2)²)
#[differentiate]
fn eckerle4(b: &[f64], #[constant] x: f64) -> f64 {
    let z = (x - b[2]) / b[1];
    b[0] / b[1] * (-0.5 * z * z).exp()
}

/// b1 (b2 + x)^(−1/b3)
#[differentiate]
fn bennett5(b: &[f64], #[constant] x: f64) -> f64 {
    b[0] * (b[1] + x).powf(-1.0 / b[2])
}

/// A data set's file and its model.
pub struct Model {
    /// The data set.
    pub name: &'static str,
    /// The text of its file.
    pub text: &'static str,
    /// What is fitted: the response itself, except for Nelson.
    pub response: fn(f64) -> f64,
    /// The model's value for parameters and the predictors of one observation.
    pub value: fn(&[f64], &[f64]) -> f64,
    /// The value, and into the last argument the gradient with respect to the parameters: a row of the Jacobian.
    pub value_and_row: fn(&[f64], &[f64], &mut [f64]) -> f64,
}

/// A row of [`MODELS`]: file name, annotated function, and the predictors that it takes.
macro_rules! model {
    ($name:literal, $f:ident) => { model!($name, $f, [0], |y| y) };
    ($name:literal, $f:ident, [$($predictor:literal),*], $response:expr) => {
        Model {
            name: $name,
            text: include_str!(concat!("../../data/nist/", $name, ".dat")),
            response: $response,
            value: |b, x| $f(b, $(x[$predictor]),*),
            value_and_row: |b, x, row| $f::value_and_grad_into(b, $(x[$predictor]),*, row),
        }
    };
}

/// All data sets, from NIST's lower to its higher level of difficulty.
pub static MODELS: [Model; 26] = [
    model!("Misra1a", misra1a),
    model!("Chwirut2", chwirut),
    model!("Chwirut1", chwirut),
    model!("Lanczos3", lanczos),
    model!("Gauss1", gauss),
    model!("Gauss2", gauss),
    model!("DanWood", danwood),
    model!("Misra1b", misra1b),
    model!("Kirby2", kirby2),
    model!("Hahn1", cubic_ratio),
    model!("Nelson", nelson, [0, 1], f64::ln),
    model!("MGH17", mgh17),
    model!("Lanczos2", lanczos),
    model!("Gauss3", gauss),
    model!("Misra1c", misra1c),
    model!("Misra1d", misra1d),
    model!("Roszman1", roszman1),
    model!("ENSO", enso),
    model!("MGH09", mgh09),
    model!("Thurber", cubic_ratio),
    model!("BoxBOD", misra1a), // the same formula
    model!("Rat42", rat42),
    model!("MGH10", mgh10),
    model!("Eckerle4", eckerle4),
    model!("Rat43", rat43),
    model!("Bennett5", bennett5),
];
