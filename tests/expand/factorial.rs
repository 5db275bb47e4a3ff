//! Self recursion: the arguments are kept, and `adjoint` runs joint.
#[differentiate]
fn factorial(x: f64, n: usize) -> f64 {
    if n == 0 {
        return 1.0;
    }
    x * n as f64 * factorial(x, n - 1)
}
