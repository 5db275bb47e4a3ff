use ad_runtime::differentiate;

#[differentiate(partials(b))]
fn product(a: f64, b: f64, n: usize) -> f64 {
    a * b * n as f64
}

fn main() {}
