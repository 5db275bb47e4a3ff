use ad_runtime::differentiate;

#[differentiate(partials(y, x))]
fn product(x: f64, y: f64) -> f64 {
    x * y
}

fn main() {}
