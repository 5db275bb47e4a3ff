//! A carried state that is overwritten and read: one buffer, indexed by the iteration.
#[differentiate]
fn decay(x0: f64, k: f64, n: usize) -> f64 {
    let mut x = x0;
    for _ in 0..n {
        x -= k * x * x;
    }
    x
}
