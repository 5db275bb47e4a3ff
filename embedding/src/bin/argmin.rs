//! Did the cold bring the space shuttle Challenger down? A logistic regression with `argmin`: L-BFGS with the compiled gradient,
//! Newton-CG with the compiled Hessian, and Newton-CG that never forms a Hessian but multiplies by it.
//!
//! Data: the 23 flights before the accident, whether an O-ring was damaged, and the temperature in °F (Dalal, Fowlkes and Hoadley,
//! JASA 84, 1989). R's `glm(damage ~ temperature, binomial)` prints 15.0429 and -0.2322, standard errors 7.3786 and 0.1082,
//! deviance 20.315.

use ad_runtime::differentiate;
use argmin::core::{CostFunction, Error, Executor, Gradient, Hessian, State};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::newton::NewtonCG;
use argmin::solver::quasinewton::LBFGS;
use argmin_math::ArgminDot;
use std::marker::PhantomData;

/// Temperatures of the flights without and with damage.
const INTACT: [f64; 16] =
    [66.0, 69.0, 68.0, 67.0, 72.0, 73.0, 70.0, 78.0, 67.0, 67.0, 75.0, 70.0, 81.0, 76.0, 79.0, 76.0];
const DAMAGED: [f64; 7] = [70.0, 57.0, 63.0, 70.0, 53.0, 75.0, 58.0];

/// Minus the log likelihood, half the deviance; damage has the probability `1 / (1 + exp(-b[0] - b[1] * (t - 70)))`.
#[differentiate(order = 2)]
fn loss(b: &[f64], #[constant] intact: &[f64], #[constant] damaged: &[f64]) -> f64 {
    let z = |t: f64| b[0] + b[1] * (t - 70.0);
    intact.iter().map(|t| z(*t).exp().ln_1p()).sum::<f64>()
        + damaged.iter().map(|t| (-z(*t)).exp().ln_1p()).sum::<f64>()
}

/// The problem, with either kind of Hessian.
struct Challenger<H>(PhantomData<H>);

impl<H> CostFunction for Challenger<H> {
    type Param = Vec<f64>;
    type Output = f64;
    fn cost(&self, b: &Vec<f64>) -> Result<f64, Error> {
        Ok(loss(b, &INTACT, &DAMAGED))
    }
}

impl<H> Gradient for Challenger<H> {
    type Param = Vec<f64>;
    type Gradient = Vec<f64>;
    fn gradient(&self, b: &Vec<f64>) -> Result<Vec<f64>, Error> {
        Ok(loss::grad(b, &INTACT, &DAMAGED))
    }
}

impl Hessian for Challenger<Vec<Vec<f64>>> {
    type Param = Vec<f64>;
    type Hessian = Vec<Vec<f64>>;
    fn hessian(&self, b: &Vec<f64>) -> Result<Vec<Vec<f64>>, Error> {
        Ok(loss::hessian(b, &INTACT, &DAMAGED).outer_iter().map(|row| row.to_vec()).collect())
    }
}

/// A Hessian that is only multiplied by: the point where it was asked for.
#[derive(Clone)]
struct HessianAt(Vec<f64>);

impl ArgminDot<Vec<f64>, Vec<f64>> for HessianAt {
    fn dot(&self, direction: &Vec<f64>) -> Vec<f64> {
        loss::hvp((&self.0, &INTACT, &DAMAGED), direction)
    }
}

impl Hessian for Challenger<HessianAt> {
    type Param = Vec<f64>;
    type Hessian = HessianAt;
    fn hessian(&self, b: &Vec<f64>) -> Result<HessianAt, Error> {
        Ok(HessianAt(b.clone()))
    }
}

fn main() -> Result<(), Error> {
    let (start, search) = (vec![0.0, 0.0], MoreThuenteLineSearch::new());
    let lbfgs = LBFGS::new(search.clone(), 5).with_tolerance_cost(1e-15)?;
    let newton = NewtonCG::new(search).with_tolerance(1e-12)?;
    let by_gradient =
        Executor::new(Challenger::<()>(PhantomData), lbfgs).configure(|s| s.param(start.clone())).run()?;
    let by_hessian = Executor::new(Challenger::<Vec<Vec<f64>>>(PhantomData), newton.clone());
    let by_hessian = by_hessian.configure(|s| s.param(start.clone())).run()?;
    let by_products =
        Executor::new(Challenger::<HessianAt>(PhantomData), newton).configure(|s| s.param(start)).run()?;

    println!("{:<23}{:>10}{:>10}{:>10}", "", "intercept", "slope", "deviance");
    for (name, b) in [
        ("L-BFGS", by_gradient.state.get_best_param()),
        ("Newton-CG", by_hessian.state.get_best_param()),
        ("Newton-CG by products", by_products.state.get_best_param()),
    ] {
        let b = b.expect("a solution");
        let (intercept, deviance) = (b[0] - 70.0 * b[1], 2.0 * loss(b, &INTACT, &DAMAGED));
        println!("{name:<23}{intercept:>10.4}{:>10.4}{deviance:>10.3}", b[1]);
        assert!((intercept - 15.0429).abs() < 1e-4 && (b[1] + 0.2322).abs() < 1e-4 && (deviance - 20.315).abs() < 1e-3);

        // The covariance of the estimates is the inverse of the Hessian there.
        let h = loss::hessian(b, &INTACT, &DAMAGED);
        let determinant = h[[0, 0]] * h[[1, 1]] - h[[0, 1]] * h[[1, 0]];
        let variance = (h[[1, 1]] + 140.0 * h[[0, 1]] + 4900.0 * h[[0, 0]]) / determinant;
        let (of_intercept, of_slope) = (variance.sqrt(), (h[[0, 0]] / determinant).sqrt());
        println!("{:<23}{of_intercept:>10.4}{of_slope:>10.4}", "  standard errors");
        assert!((of_intercept - 7.3786).abs() < 1e-4 && (of_slope - 0.1082).abs() < 1e-4);
    }
    Ok(())
}
