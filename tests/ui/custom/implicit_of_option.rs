use ad_runtime::differentiate;

#[differentiate]
fn square(y: f64, a: f64) -> f64 {
    y * y - a
}

#[differentiate(implicit = square)]
fn root(a: f64) -> Option<f64> {
    (a >= 0.0).then(|| a.sqrt())
}

fn main() {}
