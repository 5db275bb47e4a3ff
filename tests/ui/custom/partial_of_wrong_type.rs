use ad_runtime::differentiate;

#[differentiate(partials(2 * n))]
fn product(x: f64, n: i32) -> f64 {
    x * f64::from(n)
}

fn main() {}
