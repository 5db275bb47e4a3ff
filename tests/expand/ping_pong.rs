//! Two buffers that change places.
#[differentiate]
fn ping_pong(u0: &[f64], k: f64, steps: usize) -> Vec<f64> {
    let mut u = u0.to_vec();
    let mut next = vec![0.0; u.len()];
    for _ in 0..steps {
        for i in 1..u.len() - 1 {
            next[i] = u[i] + k * (u[i - 1] - 2.0 * u[i] + u[i + 1]) * u[i];
        }
        std::mem::swap(&mut u, &mut next);
    }
    u
}
