//! How fast does hot alpha-pinene turn into its isomers? Rates of a reaction fitted with `diffsol`, which integrates the equations and
//! their sensitivities with the compiled derivatives of the right-hand side: forward ones for the fit, the adjoint for a gradient.
//!
//! Data: Fuguitt and Hawkins, J. Am. Chem. Soc. 69 (1947), as analysed by Box, Hunter, MacGregor and Erjavec, Technometrics 15 (1973).
//! Solution: sum of squares of COPS 3.0 (Dolan, Moré and Munson, 2004), rates of Tjoa and Biegler, Ind. Eng. Chem. Res. 30 (1991).

use ad_runtime::differentiate;
use diffsol::{
    AdjointOdeSolverMethod, DenseMatrix, DiffsolError, NalgebraLU, NalgebraMat, OdeBuilder, OdeSolverMethod,
};
use diffsol::{OdeSolverState, SensitivitiesOdeSolverMethod, Vector};
use examples::nist::factor::Factor;
use nalgebra::{DMatrix, DVector};

/// Units of 10,000 minutes, and concentrations in per cent of alpha-pinene, dipentene, alloocimene, pyronene and a dimer.
const TIMES: [f64; 8] = [0.1230, 0.3060, 0.4920, 0.7800, 1.0680, 1.5030, 2.2620, 3.6420];
const MEASURED: [[f64; 5]; 8] = [
    [88.35, 7.3, 2.3, 0.4, 1.75],
    [76.4, 15.6, 4.5, 0.7, 2.8],
    [65.1, 23.1, 5.3, 1.1, 5.8],
    [50.4, 32.9, 6.0, 1.5, 9.3],
    [37.5, 42.7, 6.0, 1.9, 12.0],
    [25.9, 49.1, 5.9, 2.2, 17.0],
    [14.0, 57.4, 5.1, 2.6, 21.0],
    [4.5, 63.1, 3.8, 2.9, 25.7],
];
const START: [f64; 5] = [100.0, 0.0, 0.0, 0.0, 0.0];
const PUBLISHED: [f64; 5] = [0.5926, 0.2963, 0.2047, 2.745, 0.3998];
const PUBLISHED_SUM: f64 = 19.872_166_9;

#[differentiate]
fn reaction(y: &[f64], p: &[f64]) -> [f64; 5] {
    let dimer = p[3] * y[2] - p[4] * y[4];
    [-(p[0] + p[1]) * y[0], p[0] * y[0], p[1] * y[0] - p[2] * y[2] - dimer, p[2] * y[2], dimer]
}

type Matrix = NalgebraMat<f64>;
type Solver = NalgebraLU<f64>;

/// Residuals at rates `p` and their Jacobian, by forward sensitivities.
fn residuals(p: &[f64]) -> Result<(DVector<f64>, DMatrix<f64>), DiffsolError> {
    let problem = OdeBuilder::<Matrix>::new()
        .rhs_sens_implicit(
            |y, p, _, out| out.copy_from_slice(&reaction(y, p)),
            |y, p, _, v, out| out.copy_from_slice(&reaction::jvp((y, p), (v, &[0.0; 5])).1),
            |y, p, _, v, out| out.copy_from_slice(&reaction::jvp((y, p), (&[0.0; 5], v)).1),
        )
        .init_sens(|_, _, y| y.copy_from_slice(&START), |_, _, _, y| y.fill(0.0), 5)
        .p(p.to_vec())
        .rtol(1e-10)
        .atol([1e-10])
        .sens_rtol(1e-8)
        .sens_atol([1e-8])
        .build()?;
    let (y, sensitivities, _) = problem.bdf_sens::<Solver>()?.solve_dense_sensitivities(&TIMES)?;
    let residuals = DVector::from_fn(40, |i, _| y.get_index(i % 5, i / 5) - MEASURED[i / 5][i % 5]);
    Ok((residuals, DMatrix::from_fn(40, 5, |i, j| sensitivities[j].get_index(i % 5, i / 5))))
}

/// The gradient of the sum of squares at `p`, by the adjoint equations.
fn gradient(p: &[f64]) -> Result<Vec<f64>, DiffsolError> {
    let problem = OdeBuilder::<Matrix>::new()
        .rhs_adjoint_implicit(
            |y, p, _, out| out.copy_from_slice(&reaction(y, p)),
            |y, p, _, v, out| out.copy_from_slice(&reaction::jvp((y, p), (v, &[0.0; 5])).1),
            // Diffsol wants the transposed products with the other sign.
            |y, p, _, v, out| out.copy_from_slice(&reaction::vjp(y, p).1(minus(v)).0),
            |y, p, _, v, out| out.copy_from_slice(&reaction::vjp(y, p).1(minus(v)).1),
        )
        .init_adjoint(|_, _, y| y.copy_from_slice(&START), |_, _, _, y| y.fill(0.0), 5)
        .p(p.to_vec())
        .rtol(1e-10)
        .atol([1e-10])
        .build()?;
    let mut forward = problem.bdf::<Solver>()?;
    let (checkpoints, y, _) = forward.solve_dense_with_checkpointing(&TIMES, None)?;
    let mut seed = y.clone();
    for i in 0..40 {
        seed.set_index(i % 5, i / 5, 2.0 * (y.get_index(i % 5, i / 5) - MEASURED[i / 5][i % 5]));
    }
    let backward = problem.bdf_solver_adjoint::<Solver, _>(checkpoints, Some(forward), Some(1))?;
    let (end, _) = backward.solve_adjoint_backwards_pass(&TIMES, &[&seed])?;
    Ok(end.into_common().sg.clone_as_vec())
}

fn minus(v: &[f64]) -> [f64; 5] {
    std::array::from_fn(|i| -v[i])
}

fn main() -> Result<(), DiffsolError> {
    let mut p = vec![0.5, 0.5, 0.5, 2.0, 0.5];
    let (r, j) = residuals(&p)?;
    let (by_sensitivities, by_adjoint) = (2.0 * j.tr_mul(&r), DVector::from_vec(gradient(&p)?));
    println!(
        "gradient at the start: {:.4?} forward, {:.4?} adjoint",
        by_sensitivities.as_slice(),
        by_adjoint.as_slice()
    );
    assert!((&by_sensitivities - by_adjoint).norm() < 1e-6 * by_sensitivities.norm());

    // Gauss-Newton.
    let mut sum = f64::INFINITY;
    for step in 0.. {
        let (r, j) = residuals(&p)?;
        println!("{step:>2}  sum of squares {:>14.7}  rates {p:.4?}", r.norm_squared());
        if sum - r.norm_squared() < 1e-8 {
            break;
        }
        sum = r.norm_squared();
        let (update, _) = Factor::new(j).expect("the rates can be told apart").step(&r);
        p.iter_mut().zip(&update).for_each(|(p, u)| *p += u);
    }
    assert!((sum - PUBLISHED_SUM).abs() < 1e-6);
    assert!(p.iter().zip(PUBLISHED).all(|(p, published)| (p / published - 1.0).abs() < 3e-4));
    Ok(())
}
