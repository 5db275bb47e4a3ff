//! What does coaching for a test bring, in eight schools? A posterior sampled by `nuts-rs` with the compiled gradient.
//!
//! Data: Rubin, "Estimation in parallel randomized experiments", J. Educ. Stat. 6 (1981). Model, posterior means and their Monte
//! Carlo errors: posteriordb, `eight_schools-eight_schools_noncentered` (10,000 draws of Stan).

use ad_runtime::differentiate;
use nuts_rs::rand::{Rng, SeedableRng, rngs::ChaCha8Rng};
use nuts_rs::{Chain, CpuLogpFunc, CpuMath, CpuMathError, DiagNutsSettings, HasDims, LogpError, Settings};
use std::collections::HashMap;

/// Effect of coaching and its standard error.
const SCHOOLS: [(f64, f64); 8] =
    [(28.0, 15.0), (8.0, 10.0), (-3.0, 16.0), (7.0, 11.0), (-1.0, 9.0), (1.0, 11.0), (18.0, 10.0), (12.0, 18.0)];

/// Posterior means and their Monte Carlo errors.
const PUBLISHED: [(&str, f64, f64); 10] = [
    ("theta_1", 6.1505, 0.0557),
    ("theta_2", 4.9396, 0.0462),
    ("theta_3", 3.9059, 0.0542),
    ("theta_4", 4.7960, 0.0475),
    ("theta_5", 3.6144, 0.0461),
    ("theta_6", 4.0511, 0.0485),
    ("theta_7", 6.3172, 0.0499),
    ("theta_8", 4.8840, 0.0543),
    ("mu", 4.4105, 0.0330),
    ("tau", 3.6021, 0.0319),
];

const CHAINS: u64 = 4;
const TUNING: u64 = 1000;
const DRAWS: u64 = 4000;

/// Log density of `q`: `mu`, `ln tau`, then the schools' effects as `(theta - mu) / tau`, all of which are standard normal.
/// Priors: `mu` normal with deviation 5, `tau` half-Cauchy with scale 5.
#[differentiate]
fn log_density(q: &[f64], #[constant] schools: &[(f64, f64)]) -> f64 {
    let (mu, tau) = (q[0], q[1].exp());
    let mut total = q[1] - 0.5 * (mu / 5.0).powi(2) - (tau / 5.0).powi(2).ln_1p();
    for (z, (effect, error)) in q[2..].iter().zip(schools) {
        let theta = mu + tau * z;
        total -= 0.5 * (z * z + ((effect - theta) / error).powi(2));
    }
    total
}

struct Posterior;

impl CpuLogpFunc for Posterior {
    type LogpError = Overflow;
    type FlowParameters = ();
    type ExpandedVector = Vec<f64>;

    fn dim(&self) -> usize {
        2 + SCHOOLS.len()
    }

    fn logp(&mut self, q: &[f64], gradient: &mut [f64]) -> Result<f64, Overflow> {
        let value = log_density::value_and_grad_into(q, &SCHOOLS, gradient);
        if value.is_finite() { Ok(value) } else { Err(Overflow) }
    }

    fn expand_vector<R: Rng + ?Sized>(&mut self, _: &mut R, q: &[f64]) -> Result<Vec<f64>, CpuMathError> {
        Ok(q.to_vec())
    }
}

impl HasDims for Posterior {
    fn dim_sizes(&self) -> HashMap<String, u64> {
        HashMap::from([("unconstrained_parameter".to_string(), self.dim() as u64)])
    }
}

/// A step that went too far, which the sampler counts as a divergence.
#[derive(Debug, thiserror::Error)]
#[error("the log density is not finite")]
struct Overflow;

impl LogpError for Overflow {
    fn is_recoverable(&self) -> bool {
        true
    }
}

fn main() {
    let mut draws: Vec<Vec<f64>> = vec![];
    for chain in 0..CHAINS {
        let mut random = ChaCha8Rng::seed_from_u64(20 + chain);
        let settings = DiagNutsSettings { num_tune: TUNING, ..DiagNutsSettings::default() };
        let mut sampler =
            settings.new_chain(chain, CpuMath::new(Posterior), &mut random).expect("the settings are valid");
        sampler.set_position(&[0.1; 10]).expect("a finite density to start with");
        for step in 0..TUNING + DRAWS {
            let (q, _) = sampler.draw().expect("a density at each step");
            if step >= TUNING {
                let (mu, tau) = (q[0], q[1].exp());
                draws.push(q[2..].iter().map(|z| mu + tau * z).chain([mu, tau]).collect());
            }
        }
    }

    println!("{:<9}{:>8}{:>8}{:>11}{:>8}", "", "mean", "error", "published", "error");
    for (i, (name, published, their_error)) in PUBLISHED.into_iter().enumerate() {
        // The error of the mean, from the means of batches, which are all but independent. Draws are the same in every run, but
        // not on every CPU: so four errors are allowed.
        let batches: Vec<f64> = draws.chunks(200).map(|b| b.iter().map(|d| d[i]).sum::<f64>() / 200.0).collect();
        let n = batches.len() as f64;
        let mean = batches.iter().sum::<f64>() / n;
        let error = (batches.iter().map(|b| (b - mean).powi(2)).sum::<f64>() / (n - 1.0) / n).sqrt();
        println!("{name:<9}{mean:>8.3}{error:>8.3}{published:>11.3}{their_error:>8.3}");
        assert!(error < 0.1, "{name}: the chains do not mix");
        assert!((mean - published).abs() < 4.0 * error.hypot(their_error), "{name} is not the published mean");
    }
}
