//! Differentiated functions for users in another crate.

use calculus::differentiate;

/// An inner product.
#[differentiate(crate = ::calculus)]
pub fn inner(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// Scales in place; gives the first element.
#[differentiate(crate = calculus)]
pub fn scale(u: &mut [f64], c: f64) -> f64 {
    for v in u.iter_mut() {
        *v *= c;
    }
    u[0]
}

/// Functions in a module of their own.
pub mod shapes {
    /// The squares, by a call of another function of this crate.
    #[calculus::differentiate(crate = ::calculus)]
    pub fn norms<const N: usize>(rows: &[[f64; N]]) -> Vec<f64> {
        rows.iter().map(|r| super::inner(&r[..], &r[..])).collect()
    }
}
