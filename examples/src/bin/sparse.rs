//! Newton's method with a sparse Jacobian: the Bratu problem -Δu = λ exp(u) on the unit square, u = 0 on its border. Its
//! solutions end at λ = 6.808.
//!
//! `cargo run --release -p examples --features sparse --bin sparse`

use ad_runtime::sparse::{SparseError, SparseJacobian};
use ad_runtime::{differentiate, func};
use faer::prelude::Solve;
use faer::sparse::SparseRowMat;

/// The residual at the inner points of a grid, row by row.
#[differentiate]
fn bratu(u: &[f64], #[constant] lambda: f64, n: usize) -> Vec<f64> {
    let h = 1.0 / (n as f64 + 1.0);
    let mut r = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..n {
            let k = i * n + j;
            let mut sum = 4.0 * u[k];
            if i > 0 {
                sum -= u[k - n];
            }
            if i + 1 < n {
                sum -= u[k + n];
            }
            if j > 0 {
                sum -= u[k - 1];
            }
            if j + 1 < n {
                sum -= u[k + 1];
            }
            r[k] = sum / (h * h) - lambda * u[k].exp();
        }
    }
    r
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let n = 63;
    let mut u = vec![0.0; n * n];
    let jacobian = SparseJacobian::detect(func::<bratu>(), &(&u[..], 1.0, n))?;
    println!(
        "{} unknowns, {} elements in the Jacobian, {} products for each",
        n * n,
        jacobian.pattern().nnz(),
        jacobian.colors()
    );
    for lambda in [1.0, 3.0, 5.0, 6.0, 6.5, 6.8] {
        let mut steps = 0;
        let norm = loop {
            let r = bratu(&u, lambda, n);
            let norm = r.iter().fold(0.0, |m: f64, r| m.max(r.abs()));
            if norm < 1e-8 || steps == 20 {
                break norm;
            }
            newton_step(&jacobian, &mut u, &r, lambda, n)?;
            steps += 1;
        };
        println!("λ = {lambda}: {steps} steps, residual {norm:.1e}, u = {:.6} in the middle", u[n * n / 2]);
    }
    Ok(())
}

/// `u -= J⁻¹ r`
fn newton_step(
    jacobian: &SparseJacobian,
    u: &mut [f64],
    r: &[f64],
    lambda: f64,
    n: usize,
) -> Result<(), Box<dyn std::error::Error>> {
    let j: Result<_, SparseError> = jacobian.evaluate(func::<bratu>(), &(&u[..], lambda, n));
    let lu = SparseRowMat::from(j?).sp_lu()?;
    let step = lu.solve(faer::Col::from_fn(r.len(), |i| r[i]));
    u.iter_mut().enumerate().for_each(|(i, u)| *u -= step[i]);
    Ok(())
}
