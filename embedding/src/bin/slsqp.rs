//! How thin may a welded beam be? Design with nonlinear constraints by `slsqp`, the pure Rust port of NLopt's SLSQP.
//!
//! Ragsdell and Phillips, "Optimal design of a class of welded structures using geometric programming", J. Eng. Ind. 98 (1976), in the
//! form that optimisers are compared on since; the best design published is 1.724852 at (0.205730, 3.470489, 9.036624, 0.205730).

use ad_runtime::differentiate;
use slsqp::{Func, StopTols, minimize};

/// Load in lb, length of the beam in inches, moduli of elasticity and of shear in psi.
const LOAD: f64 = 6000.0;
const LENGTH: f64 = 14.0;
const YOUNG: f64 = 30e6;
const SHEAR: f64 = 12e6;

/// Of `x`: the weld's height and length, the beam's height and thickness, in inches. The cost, in dollars.
#[differentiate]
fn cost(x: &[f64]) -> f64 {
    1.10471 * x[0] * x[0] * x[1] + 0.04811 * x[2] * x[3] * (14.0 + x[1])
}

/// Shear stress in the weld, at most 13,600 psi.
#[differentiate]
fn shear(x: &[f64]) -> f64 {
    let direct = LOAD / (2f64.sqrt() * x[0] * x[1]);
    let moment = LOAD * (LENGTH + x[1] / 2.0);
    let half = (x[0] + x[2]) / 2.0;
    let radius = (x[1] / 2.0).hypot(half);
    let polar = 2.0 * (2f64.sqrt() * x[0] * x[1] * (x[1] * x[1] / 12.0 + half * half));
    let torsion = moment * radius / polar;
    (direct * direct + direct * torsion * x[1] / radius + torsion * torsion).sqrt() / 13_600.0 - 1.0
}

/// Bending stress in the beam, at most 30,000 psi.
#[differentiate]
fn bending(x: &[f64]) -> f64 {
    6.0 * LOAD * LENGTH / (x[3] * x[2] * x[2]) / 30_000.0 - 1.0
}

/// Deflection of its end, at most a quarter of an inch.
#[differentiate]
fn deflection(x: &[f64]) -> f64 {
    4.0 * LOAD * LENGTH.powi(3) / (YOUNG * x[2].powi(3) * x[3]) / 0.25 - 1.0
}

/// The load must be less than the one under which the beam buckles.
#[differentiate]
fn buckling(x: &[f64]) -> f64 {
    let slender = 1.0 - x[2] / (2.0 * LENGTH) * (YOUNG / (4.0 * SHEAR)).sqrt();
    let critical = 4.013 * YOUNG * x[2] * x[3].powi(3) / 6.0 / LENGTH.powi(2) * slender;
    1.0 - critical / LOAD
}

/// The weld is not higher than the beam is thick.
#[differentiate]
fn fits(x: &[f64]) -> f64 {
    x[0] - x[3]
}

/// What `slsqp` (and `nlopt`) call: the value, and the gradient where it is asked for.
macro_rules! objective {
    ($f:ident) => {
        |x: &[f64], gradient: Option<&mut [f64]>, (): &mut ()| match gradient {
            Some(gradient) => $f::value_and_grad_into(x, gradient),
            None => $f(x),
        }
    };
}

fn main() {
    let constraints: [(&str, &dyn Func<()>); 5] = [
        ("shear", &objective!(shear)),
        ("bending", &objective!(bending)),
        ("deflection", &objective!(deflection)),
        ("buckling", &objective!(buckling)),
        ("fits", &objective!(fits)),
    ];
    let bounds = [(0.1, 2.0), (0.1, 10.0), (0.1, 10.0), (0.1, 2.0)];
    let tolerances = StopTols { ftol_rel: 1e-10, ..StopTols::default() };
    let functions = constraints.map(|(_, f)| f);
    let end = minimize(objective!(cost), &[0.5, 5.0, 5.0, 0.5], &bounds, &functions, (), 500, Some(tolerances));
    let (_, x, dollars) = end.expect("the search ends at a design");

    println!("cost {dollars:.6} at {x:.6?}");
    for (name, constraint) in constraints {
        let slack = -constraint(&x, None, &mut ());
        println!("{name:<12}{slack:>10.1e}{}", if slack < 1e-6 { "  active" } else { "" });
        assert!(slack > -1e-7, "{name} is violated");
    }
    assert!((dollars - 1.724_852).abs() < 1e-6);
    for (x, published) in x.iter().zip([0.205_730, 3.470_489, 9.036_624, 0.205_730]) {
        assert!((x - published).abs() < 1e-5, "{x} instead of {published}");
    }
}
