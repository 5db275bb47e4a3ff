use ad_runtime::differentiate;

#[differentiate]
fn square(y: f64, a: f64) -> f64 {
    y * y - a
}

#[differentiate(implicit = square, partials(0.5 / y))]
fn root(a: f64) -> f64 {
    a.sqrt()
}

fn main() {}
