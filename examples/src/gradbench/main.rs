//! A tool for GradBench (<https://github.com/gradbench/gradbench>): all of its evals, with compiled derivatives.
//!
//! It reads one JSON message a line from stdin and answers each with a line on stdout. Every eval is a file of its
//! own: the objective as an annotated function, its input, and which derivative answers which question.

mod ba;
mod checks;
mod clock;
mod descent;
mod det;
mod gmm;
mod hello;
mod ht;
mod kmeans;
mod llsq;
mod lse;
mod lstm;
mod ode;
mod particle;
mod protocol;
mod saddle;

use protocol::Evaluate;

const EVALS: &[(&str, Evaluate)] = &[
    ("ba", ba::evaluate),
    ("det", det::evaluate),
    ("gmm", gmm::evaluate),
    ("hello", hello::evaluate),
    ("ht", ht::evaluate),
    ("kmeans", kmeans::evaluate),
    ("llsq", llsq::evaluate),
    ("lse", lse::evaluate),
    ("lstm", lstm::evaluate),
    ("ode", ode::evaluate),
    ("particle", particle::evaluate),
    ("saddle", saddle::evaluate),
];

fn main() -> std::io::Result<()> {
    protocol::serve(EVALS, std::io::stdin().lock(), std::io::stdout().lock())
}
