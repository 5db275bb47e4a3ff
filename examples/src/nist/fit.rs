//! Least squares with the Jacobians that `#[differentiate]` compiled.

use super::factor::Factor;
use super::models::Model;
use super::parse::DataSet;
use levenberg_marquardt::{LeastSquaresProblem, LevenbergMarquardt};
use nalgebra::{DMatrix, DVector, Dyn, storage::Owned};

/// Residuals `model(b, x) - y` of one data set at parameters `b`.
pub struct Residuals<'a> {
    model: &'a Model,
    data: &'a DataSet,
    b: DVector<f64>,
}

impl<'a> Residuals<'a> {
    /// The residuals of `model` on `data` at parameters `b`.
    #[must_use]
    pub fn at(model: &'a Model, data: &'a DataSet, b: &[f64]) -> Self {
        Residuals { model, data, b: DVector::from_column_slice(b) }
    }

    /// Residuals and Jacobian; each observation's value and gradient come from one call of the compiled adjoint.
    #[must_use]
    pub fn with_jacobian(&self) -> (DVector<f64>, DMatrix<f64>) {
        let (m, n) = (self.data.responses.len(), self.b.len());
        let (mut residuals, mut jacobian) = (DVector::zeros(m), DMatrix::zeros(m, n));
        let mut row = vec![0.0; n];
        for (i, (x, &y)) in self.data.predictors.iter().zip(&self.data.responses).enumerate() {
            let value = (self.model.value_and_row)(self.b.as_slice(), x, &mut row);
            residuals[i] = value - (self.model.response)(y);
            jacobian.row_mut(i).iter_mut().zip(&row).for_each(|(j, g)| *j = *g);
        }
        (residuals, jacobian)
    }
}

impl LeastSquaresProblem<f64, Dyn, Dyn> for Residuals<'_> {
    type ResidualStorage = Owned<f64, Dyn>;
    type JacobianStorage = Owned<f64, Dyn, Dyn>;
    type ParameterStorage = Owned<f64, Dyn>;

    fn set_params(&mut self, b: &DVector<f64>) {
        self.b.copy_from(b);
    }

    fn params(&self) -> DVector<f64> {
        self.b.clone()
    }

    fn residuals(&self) -> Option<DVector<f64>> {
        let rows = self.data.predictors.iter().zip(&self.data.responses);
        let residual = |(x, &y): (&Vec<f64>, &f64)| (self.model.value)(self.b.as_slice(), x) - (self.model.response)(y);
        Some(DVector::from_iterator(self.data.responses.len(), rows.map(residual)))
    }

    fn jacobian(&self) -> Option<DMatrix<f64>> {
        Some(self.with_jacobian().1)
    }
}

/// Fits from a starting point: Levenberg-Marquardt, then `refine`.
#[must_use]
pub fn fit(model: &Model, data: &DataSet, start: &[f64]) -> Vec<f64> {
    // As tight as it goes; the crate scales the parameters by the lengths of the Jacobian's columns.
    let search = LevenbergMarquardt::new().with_tol(f64::EPSILON).with_patience(1000);
    let (mut end, _) = search.minimize(Residuals::at(model, data, start));
    refine(&mut end);
    end.b.as_slice().to_vec()
}

/// Takes Gauss-Newton steps for as long as they bring a minimum nearer.
///
/// The search compares sums of squares, which near the minimum change with the square of the parameters: it has to
/// stop when half of the digits are right. The gradient tells the other half.
fn refine(end: &mut Residuals) {
    let mut best = NEAR_MINIMUM;
    for _ in 0..REFINEMENTS {
        let (residuals, jacobian) = end.with_jacobian();
        let Some(factor) = Factor::new(jacobian) else { return };
        let (step, cosine) = factor.step(&residuals);
        if cosine.is_nan() || cosine >= best {
            return;
        }
        best = cosine;
        end.b += step;
    }
}

/// Where the search did not find a minimum, the cosine of [`Factor::step`] is larger, and refining would be a leap.
const NEAR_MINIMUM: f64 = 1e-4;
const REFINEMENTS: usize = 50;
