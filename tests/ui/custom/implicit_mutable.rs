use ad_runtime::differentiate;

#[differentiate]
fn square(y: f64, a: f64) -> f64 {
    y * y - a
}

#[differentiate(implicit = square)]
fn root(a: f64, steps: &mut usize) -> f64 {
    *steps += 1;
    a.sqrt()
}

fn main() {}
