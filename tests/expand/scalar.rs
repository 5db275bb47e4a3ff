//! Straight-line arithmetic: no variable is kept that the reverse half does not read.
#[differentiate]
fn scalar(x1: f64, x2: f64) -> f64 {
    x1.ln() + x1 * x2 - x2.sin()
}
