use ad_runtime::differentiate;

// The result comes first.
#[differentiate]
fn balance(source: &[f64], rate: f64, u: &[f64]) -> Vec<f64> {
    u.iter().zip(source).map(|(u, s)| rate * u - s).collect()
}

#[differentiate(implicit = balance)]
fn steady(source: &[f64], rate: f64) -> Vec<f64> {
    source.iter().map(|s| s / rate).collect()
}

fn main() {
    steady::vjp(&[1.0], 2.0);
}
