//! Linear least squares by a QR factorisation with scaled columns.

use nalgebra::{DMatrix, DVector};

/// J = Q·R·D, where D holds the lengths of J's columns.
///
/// The parameters of one problem differ by up to twelve orders of magnitude, which the scaling removes, and
/// nothing is squared, as JᵀJ would be: that is worth half of the digits.
pub struct Factor {
    lengths: Vec<f64>,
    q: DMatrix<f64>,
    r_inverse: DMatrix<f64>,
}

impl Factor {
    /// Factors a Jacobian; `None` if its columns are linearly dependent or not finite.
    #[must_use]
    pub fn new(mut jacobian: DMatrix<f64>) -> Option<Self> {
        let n = jacobian.ncols();
        let lengths: Vec<f64> = jacobian.column_iter().map(|column| column.norm()).collect();
        for (mut column, &length) in jacobian.column_iter_mut().zip(&lengths) {
            column /= length;
        }
        let qr = jacobian.qr();
        let r_inverse = qr.r().solve_upper_triangular(&DMatrix::identity(n, n))?;
        let finite = r_inverse.iter().all(|v| v.is_finite());
        finite.then(|| Factor { lengths, q: qr.q(), r_inverse })
    }

    /// The step δ that minimises |r + J·δ|, and |J·δ| / |r|: the cosine between r and the columns of J, 0 at a
    /// minimum whatever the units of the parameters.
    #[must_use]
    pub fn step(&self, residuals: &DVector<f64>) -> (DVector<f64>, f64) {
        let projection = self.q.tr_mul(residuals);
        let cosine = projection.norm() / residuals.norm();
        let mut step = -(&self.r_inverse * projection);
        step.iter_mut().zip(&self.lengths).for_each(|(d, length)| *d /= length);
        (step, cosine)
    }

    /// Standard deviations of fitted parameters: s·√diag((JᵀJ)⁻¹), s² = RSS / (observations − parameters).
    #[must_use]
    pub fn standard_deviations(&self, residuals: &DVector<f64>) -> Vec<f64> {
        let s = residuals.norm() / ((residuals.len() - self.lengths.len()) as f64).sqrt();
        self.r_inverse.row_iter().zip(&self.lengths).map(|(row, length)| s * row.norm() / length).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nist::score::worst_digits;

    /// A straight line through (0, 1), (1, 3), (2, 4), its slope in any unit: best line 7/6 + 3/2 x, residuals
    /// (1, -2, 1)/6, s² = 1/6, variances of intercept and slope s²·5/6 and s²/2.
    #[test]
    fn straight_line() {
        for unit in [1.0, 1e9] {
            let jacobian = DMatrix::from_row_slice(3, 2, &[1.0, 0.0, 1.0, unit, 1.0, 2.0 * unit]);
            let factor = Factor::new(jacobian.clone()).unwrap();
            let residuals = DVector::from_vec(vec![-1.0, -3.0, -4.0]);
            let (step, _) = factor.step(&residuals);
            assert!(worst_digits(step.as_slice(), &[7.0 / 6.0, 1.5 / unit]) > 10.9);
            let residuals = residuals + jacobian * step;
            assert!(factor.step(&residuals).1 < 1e-14);
            let deviations = factor.standard_deviations(&residuals);
            assert!(worst_digits(&deviations, &[(5f64 / 36.0).sqrt(), (1f64 / 12.0).sqrt() / unit]) > 10.9);
        }
    }

    #[test]
    fn dependent_columns_have_no_factor() {
        assert!(Factor::new(DMatrix::from_element(3, 2, 0.0)).is_none());
        assert!(Factor::new(DMatrix::from_element(3, 2, f64::INFINITY)).is_none());
    }
}
