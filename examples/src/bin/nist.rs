//! Fits the 26 NIST StRD nonlinear regression problems that `f64` can resolve, with compiled Jacobians.
//!
//! For each data set: how many digits of the certified parameters a fit from NIST's second starting point
//! finds, and how many digits of the certified standard deviations follow from the Jacobian at the certified
//! parameters (which serve for nothing else than this check). The exit code is 0 if all reach [`REQUIRED`].

use examples::nist::factor::Factor;
use examples::nist::fit::{Residuals, fit};
use examples::nist::models::{MODELS, Model};
use examples::nist::parse::{DataSet, parse};
use examples::nist::score::worst_digits;
use std::io::Write;
use std::process::ExitCode;

/// Digits of the parameters and of their standard deviations.
const REQUIRED: (f64, f64) = (7.0, 9.0);

fn main() -> ExitCode {
    println!("{:<10}{:>17}{:>12}", "NAME", "digits_parameters", "digits_std");
    let (mut failed, mut failed_from_first) = (vec![], vec![]);
    for model in &MODELS {
        print!("{:<10}", model.name);
        let _ = std::io::stdout().flush(); // a slow fit shows its name
        let data = parse(model.text).unwrap_or_else(|e| panic!("{e}"));
        let parameters = worst_digits(&fit(model, &data, &data.starts[1]), &data.parameters);
        let deviations = worst_digits(&standard_deviations(model, &data), &data.deviations);
        let ok = parameters >= REQUIRED.0 && deviations >= REQUIRED.1;
        println!("{parameters:>17.1}{deviations:>12.1}  {}", if ok { "OK" } else { "FAILED" });
        if !ok {
            failed.push(model.name);
        }
        if worst_digits(&fit(model, &data, &data.starts[0]), &data.parameters) < REQUIRED.0 {
            failed_from_first.push(model.name);
        }
    }
    println!();
    summary(&format!("have {} digits of the parameters and {} of their deviations", REQUIRED.0, REQUIRED.1), &failed);
    summary(&format!("reach {} digits from NIST's first, farther starting point too", REQUIRED.0), &failed_from_first);
    if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Standard deviations of the certified parameters, from the compiled Jacobian there.
fn standard_deviations(model: &Model, data: &DataSet) -> Vec<f64> {
    let (residuals, jacobian) = Residuals::at(model, data, &data.parameters).with_jacobian();
    match Factor::new(jacobian) {
        Some(factor) => factor.standard_deviations(&residuals),
        None => vec![f64::NAN; data.parameters.len()],
    }
}

fn summary(what: &str, without: &[&str]) {
    let all_but = if without.is_empty() { String::new() } else { format!(" (not {})", without.join(", ")) };
    println!("{} of {} data sets {what}{all_but}", MODELS.len() - without.len(), MODELS.len());
}
