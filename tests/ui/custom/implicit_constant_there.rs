use ad_runtime::differentiate;

#[differentiate]
fn square(y: f64, #[constant] a: f64) -> f64 {
    y * y - a
}

#[differentiate(implicit = square)]
fn root(a: f64) -> f64 {
    a.sqrt()
}

fn main() {
    root::grad(2.0);
}
