//! Calls in a loop with a buffer that is changed in between.
#[differentiate]
fn caller(x: &[f64], c: f64, n: usize) -> f64 {
    let mut u = x.to_vec();
    let mut total = 0.0;
    for _ in 0..n {
        scale_in_place(&mut u, c);
        total += dot(&u, x);
        u[0] = u[0].sin();
    }
    total
}
