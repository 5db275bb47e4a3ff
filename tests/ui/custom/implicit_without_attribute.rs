use ad_runtime::differentiate;

fn square(y: f64, a: f64) -> f64 {
    y * y - a
}

#[differentiate(implicit = square)]
fn root(a: f64) -> f64 {
    a.sqrt()
}

fn main() {
    root::grad(square(1.0, 2.0));
}
