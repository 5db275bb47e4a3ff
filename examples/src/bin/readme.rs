//! The example of README.md, letter by letter (checked by tests/tests/docs.rs).
use ad_runtime::differentiate;

#[differentiate]
fn loss(w: &[f64], #[constant] data: &[(f64, f64)]) -> f64 {
    data.iter().map(|(x, y)| (w[0] + w[1] * x - y).powi(2)).sum()
}

fn main() {
    println!("{:?}", loss::value_and_grad(&[1.0, 2.0], &[(0.0, 1.0), (1.0, 3.0), (2.0, 5.5)]));
}
