use ad_runtime::differentiate;

#[differentiate(partials(x[0]))]
fn norm(x: &[f64]) -> f64 {
    x[0]
}

#[differentiate(partials(1.0))]
fn pair(x: f64) -> (f64, f64) {
    (x, x)
}

fn main() {}
