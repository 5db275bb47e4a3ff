use ad_runtime::differentiate;

#[differentiate(order = 2)]
fn square(y: f64, a: f64) -> f64 {
    y * y - a
}

#[differentiate(implicit = square, order = 2)]
fn root(a: f64) -> f64 {
    a.sqrt()
}

fn main() {}
